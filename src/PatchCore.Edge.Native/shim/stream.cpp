#include "stream.h"

#include <algorithm>

#include "image.h"

namespace pce {

int Patience::left(int most) const {
    if (canceled_) return 0;
    const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    return static_cast<int>(std::clamp<int64_t>(span, 0, most));
}

Stream::Stream(int open_milliseconds, int read_milliseconds)
    : open_milliseconds_(open_milliseconds), read_milliseconds_(read_milliseconds) {
    require(open_milliseconds > 0, "a stream that is given ", open_milliseconds, " ms to open");
    require(read_milliseconds > 0, "a stream that is given ", read_milliseconds, " ms to read");
}

void Stream::open() {
    require(!opened_, "the stream is open already");
    patience_.start(open_milliseconds_);
    connect();
    for (kept_ = advance(); kept_ && damaged(); kept_ = advance())
        if (patience_.over()) give_up("whole picture");
    if (!kept_) fail(Status::File, "it ended before its first picture");
    opened_ = true;
}

Reading Stream::read(cv::Mat& pixels, int64_t& microseconds) {
    require(opened_, "the stream is not open");
    microseconds = -1;
    patience_.start(read_milliseconds_);
    if (!kept_ && !advance()) {
        pixels.release();
        return Reading::Ended;
    }
    kept_ = false;
    const Reading reading = deliver(pixels, microseconds);
    if (reading == Reading::Picture)
        require_supported(pixels);
    else
        pixels.release();  // never the frame before, taken for this one
    return reading;
}

void Stream::give_up(const char* what) const {
    if (patience_.canceled()) fail(Status::File, "canceled");
    fail(Status::File, "no ", what, " within ", opened_ ? read_milliseconds_ : open_milliseconds_, " ms");
}

namespace {

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

}  // namespace
}  // namespace pce

using pce::Stream;

// An RTSP stream by FFmpeg. The URL has the credentials, percent-encoded. Nothing is connected yet.
PCE_EXPORT int32_t pce_stream_create_rtsp(const char* url, int32_t udp, int32_t latency_milliseconds,
                                          int32_t open_milliseconds, int32_t read_milliseconds, Stream** out) {
    return pce::guard(__func__, [&] {
        const pce::RtspRequest request{pce::text_of(url), udp != 0, latency_milliseconds};
        *out = pce::make_ffmpeg_stream(request, open_milliseconds, read_milliseconds).release();
    });
}

// A GStreamer pipeline with one appsink. Its element named `source`, if any, gets location, user and password unless
// they are null. Nothing is connected yet.
PCE_EXPORT int32_t pce_stream_create_gstreamer(const char* pipeline, const char* location, const char* user,
                                               const char* password, int32_t open_milliseconds,
                                               int32_t read_milliseconds, Stream** out) {
    return pce::guard(__func__, [&] {
        const pce::PipelineRequest request{pce::text_of(pipeline), pce::text_of(location), pce::text_of(user),
                                           pce::text_of(password)};
        *out = pce::make_gstreamer_stream(request, open_milliseconds, read_milliseconds).release();
    });
}

PCE_EXPORT void pce_stream_free(Stream* stream) { delete stream; }

// Connects and waits for the first picture.
PCE_EXPORT int32_t pce_stream_open(Stream* stream) {
    return pce::guard(__func__, [&] { pce::checked(stream, "stream").open(); });
}

// Waits for the next picture. reading is 0 at the end, 1 for a picture, 2 for one that is damaged and was left out;
// microseconds is the stream's own time of it, or -1.
PCE_EXPORT int32_t pce_stream_read(Stream* stream, pce::Image* into, int32_t* reading, int64_t* microseconds) {
    return pce::guard(__func__, [&] {
        Stream& source = pce::checked(stream, "stream");
        cv::Mat& pixels = pce::checked(into, "image").pixels;
        try {
            *reading = static_cast<int32_t>(source.read(pixels, *microseconds));
        } catch (...) {
            pixels.release();
            throw;
        }
    });
}

// From any thread, for good: an open or a read that waits fails soon.
PCE_EXPORT int32_t pce_stream_cancel(Stream* stream) {
    return pce::guard(__func__, [&] { pce::checked(stream, "stream").cancel(); });
}

// Frames a second, 0 where the stream does not tell, and the name of its format, valid as long as the stream.
PCE_EXPORT int32_t pce_stream_describe(const Stream* stream, double* frames_per_second, const char** format) {
    return pce::guard(__func__, [&] {
        *frames_per_second = pce::checked(stream, "stream").frames_per_second();
        *format = stream->format().c_str();
    });
}
