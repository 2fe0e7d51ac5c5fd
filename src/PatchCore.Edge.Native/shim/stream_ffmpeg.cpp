#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>

#include "image.h"
#include "stream.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

namespace pce {
namespace {

// FFmpeg says why in its log, and by a number only when it returns. The first error of this thread's call is kept.
thread_local std::string* reason = nullptr;
const char decoder_mark = 0;

// Decoders log from threads of their own.
bool is_our_decoder(void* source) {
    if (source == nullptr) return false;
    const AVClass* kind = *static_cast<const AVClass* const*>(source);
    return kind != nullptr && kind == avcodec_get_class() &&
           static_cast<const AVCodecContext*>(source)->opaque == &decoder_mark;
}

void keep_reason(void* source, int level, const char* format, va_list arguments) {
    if (reason == nullptr) {
        if (!is_our_decoder(source)) av_log_default_callback(source, level, format, arguments);
        return;
    }
    if (level > AV_LOG_ERROR || !reason->empty()) return;
    char line[512];
    std::vsnprintf(line, sizeof(line), format, arguments);
    line[std::strcspn(line, "\r\n")] = '\0';  // a refusal goes on with all headers of the answer
    *reason = line;
}

struct KeptReason {
    std::string text;
    KeptReason() { reason = &text; }
    ~KeptReason() { reason = nullptr; }
    KeptReason(const KeptReason&) = delete;
    KeptReason& operator=(const KeptReason&) = delete;
};

template <class T, void (*Free)(T**)>
struct Freer {
    void operator()(T* pointer) const { Free(&pointer); }
};

void free_scaler(SwsContext** scaler) { sws_freeContext(*scaler); }

bool is_key(const AVFrame& frame) {
#ifdef AV_FRAME_FLAG_KEY
    return (frame.flags & AV_FRAME_FLAG_KEY) != 0;
#else
    return frame.key_frame != 0;
#endif
}

// The coefficients of a stream that states none are those of its time: SD as BT.601, HD as BT.709.
int coefficients_of(const AVFrame& frame) {
    if (frame.colorspace != AVCOL_SPC_UNSPECIFIED && frame.colorspace != AVCOL_SPC_RGB) return frame.colorspace;
    return frame.height > 576 ? SWS_CS_ITU709 : SWS_CS_ITU601;
}

// JPEG's formats of old, which say full range by their name; libswscale warns of them.
AVPixelFormat without_range(AVPixelFormat format, bool& full) {
    full = true;
    switch (format) {
        case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
        case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
        case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
        case AV_PIX_FMT_YUVJ440P: return AV_PIX_FMT_YUV440P;
        case AV_PIX_FMT_YUVJ411P: return AV_PIX_FMT_YUV411P;
        default: full = false; return format;
    }
}

// libswscale writes whole vectors, also past the end of the last row, so that there are spare rows behind it.
void create_padded(cv::Mat& pixels, int rows, int columns, int type) {
    const size_t bytes = static_cast<size_t>(rows) * static_cast<size_t>(columns) * CV_ELEM_SIZE(type);
    const bool fits = pixels.rows == rows && pixels.cols == columns && pixels.type() == type && pixels.u != nullptr &&
                      pixels.data == pixels.u->data && pixels.u->size >= bytes + 64;
    if (fits) return;
    const int spare = 64 / (columns * static_cast<int>(CV_ELEM_SIZE(type))) + 1;
    pixels = cv::Mat(rows + spare, columns, type).rowRange(0, rows);
}

class FfmpegStream final : public Stream {
  public:
    FfmpegStream(const RtspRequest& request, int open_milliseconds, int read_milliseconds)
        : Stream(open_milliseconds, read_milliseconds), request_(request) {
        require(request.url.rfind("rtsp://", 0) == 0, "the URL of an RTSP stream starts with rtsp://");
        static std::once_flag once;
        std::call_once(once, [] { av_log_set_callback(keep_reason); });
    }

    double frames_per_second() const override { return frames_per_second_; }
    const std::string& format() const override { return format_name_; }

  protected:
    void connect() override {
        KeptReason kept;
        AVFormatContext* context = avformat_alloc_context();
        if (context == nullptr) throw std::bad_alloc();
        context->interrupt_callback = {
            [](void* self) { return static_cast<FfmpegStream*>(self)->patience().over() ? 1 : 0; }, this};
        AVDictionary* options = nullptr;
        av_dict_set(&options, "rtsp_transport", request_.udp ? "udp" : "tcp", 0);
        av_dict_set_int(&options, "max_delay", static_cast<int64_t>(request_.latency_milliseconds) * 1000, 0);
        const int status = avformat_open_input(&context, request_.url.c_str(), nullptr, &options);
        av_dict_free(&options);
        if (status < 0) refuse(status, "answer", kept.text);  // which has freed the context
        input_.reset(context);
        open_decoder(kept.text);
    }

    bool advance() override {
        KeptReason kept;
        while (true) {
            const int received = avcodec_receive_frame(decoder_.get(), frame_.get());
            if (received == 0) {
                const bool broken = (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame_->decode_error_flags != 0;
                damaged_ = broken || (damaged_ && !is_key(*frame_));
                return true;
            }
            if (received != AVERROR(EAGAIN)) refuse(received, "picture", kept.text);
            const int status = av_read_frame(input_.get(), packet_.get());
            if (status == AVERROR_EOF) return false;
            if (status < 0) refuse(status, "picture", kept.text);
            // A packet that cannot be decoded is no end, but the pictures up to the next key frame build on it.
            if (packet_->stream_index == video_) {
                if (avcodec_send_packet(decoder_.get(), packet_.get()) < 0) damaged_ = true;
                kept.text.clear();
            }
            av_packet_unref(packet_.get());
        }
    }

    bool damaged() const override { return damaged_; }

    Reading deliver(cv::Mat& pixels, int64_t& microseconds) override {
        const AVFrame& frame = *frame_;
        if (frame.best_effort_timestamp != AV_NOPTS_VALUE)
            microseconds =
                av_rescale_q(frame.best_effort_timestamp, input_->streams[video_]->time_base, AVRational{1, 1000000});
        if (damaged_) return Reading::Damaged;
        convert(frame, pixels);
        return Reading::Picture;
    }

  private:
    void open_decoder(const std::string& said) {
        video_ = av_find_best_stream(input_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
        if (video_ < 0) fail(Status::File, no_video);
        const AVStream& stream = *input_->streams[video_];
        const AVCodecParameters& parameters = *stream.codecpar;
        const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
        if (codec == nullptr)
            fail(Status::File, "the codec ", avcodec_get_name(parameters.codec_id), " is not known here");
        decoder_.reset(avcodec_alloc_context3(codec));
        packet_.reset(av_packet_alloc());
        frame_.reset(av_frame_alloc());
        if (!decoder_ || !packet_ || !frame_) throw std::bad_alloc();
        int status = avcodec_parameters_to_context(decoder_.get(), &parameters);
        decoder_->opaque = const_cast<char*>(&decoder_mark);
        // Threads by frame would hold back as many frames as there are threads.
        decoder_->thread_type = FF_THREAD_SLICE;
        decoder_->flags |= AV_CODEC_FLAG_LOW_DELAY;
        if (status >= 0) status = avcodec_open2(decoder_.get(), codec, nullptr);
        if (status < 0) refuse(status, "picture", said);
        format_name_ = codec->name;
        if (stream.avg_frame_rate.num > 0 && stream.avg_frame_rate.den > 0)
            frames_per_second_ = av_q2d(stream.avg_frame_rate);
    }

    void convert(const AVFrame& frame, cv::Mat& pixels) {
        bool full = false;
        const AVPixelFormat from = without_range(static_cast<AVPixelFormat>(frame.format), full);
        const bool gray = from == AV_PIX_FMT_GRAY8;
        const AVPixelFormat to = gray ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_BGR24;
        SwsContext* scaler = sws_getCachedContext(scaler_.release(), frame.width, frame.height, from, frame.width,
                                                  frame.height, to, SWS_BICUBIC, nullptr, nullptr, nullptr);
        if (scaler == nullptr)
            fail(Status::File, "pixels of the format number ", frame.format, " cannot be converted to BGR");
        scaler_.reset(scaler);
        sws_setColorspaceDetails(scaler, sws_getCoefficients(coefficients_of(frame)),
                                 full || frame.color_range == AVCOL_RANGE_JPEG ? 1 : 0,
                                 sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
        create_padded(pixels, frame.height, frame.width, gray ? CV_8UC1 : CV_8UC3);
        uint8_t* planes[4] = {pixels.data, nullptr, nullptr, nullptr};
        const int strides[4] = {static_cast<int>(pixels.step[0]), 0, 0, 0};
        sws_scale(scaler, frame.data, frame.linesize, 0, frame.height, planes, strides);
    }

    [[noreturn]] void refuse(int status, const char* awaited, const std::string& said) const {
        if (patience().over()) give_up(awaited);
        if (status == AVERROR_HTTP_UNAUTHORIZED) fail(Status::File, unauthorized);
        if (status == AVERROR_HTTP_NOT_FOUND) fail(Status::File, not_found);
        char text[AV_ERROR_MAX_STRING_SIZE] = "";
        av_strerror(status, text, sizeof(text));
        if (said.empty() || said.find(text) != std::string::npos) fail(Status::File, text);
        fail(Status::File, text, " (", said, ")");
    }

    static void close(AVFormatContext** input) { avformat_close_input(input); }

    RtspRequest request_;
    std::unique_ptr<AVFormatContext, Freer<AVFormatContext, close>> input_;
    std::unique_ptr<AVCodecContext, Freer<AVCodecContext, avcodec_free_context>> decoder_;
    std::unique_ptr<AVPacket, Freer<AVPacket, av_packet_free>> packet_;
    std::unique_ptr<AVFrame, Freer<AVFrame, av_frame_free>> frame_;
    std::unique_ptr<SwsContext, Freer<SwsContext, free_scaler>> scaler_;
    std::string format_name_;
    double frames_per_second_ = 0;
    int video_ = -1;
    bool damaged_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_ffmpeg_stream(const RtspRequest& request, int open_milliseconds, int read_milliseconds) {
    return std::make_unique<FfmpegStream>(request, open_milliseconds, read_milliseconds);
}

}  // namespace pce
