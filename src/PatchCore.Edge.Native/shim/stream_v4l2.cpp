#include <poll.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <optional>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "image.h"
#include "jpeg.h"
#include "stream.h"
#include "v4l2.h"

namespace pce {
namespace {

constexpr uint32_t buffer_count = 4;
constexpr int slice_milliseconds = 50;  // how long a wait goes on before it looks up

// What a format is as a matrix of OpenCV, and how it becomes BGR; -1 takes it as it is. Best first.
struct Known {
    uint32_t fourcc;
    int type;
    int conversion;
    int rows_of_2;  // rows of the matrix for two rows of pixels: planes of chroma lie below
};
constexpr std::array<Known, 18> known{{
    {V4L2_PIX_FMT_BGR24, CV_8UC3, -1, 2},
    {V4L2_PIX_FMT_RGB24, CV_8UC3, cv::COLOR_RGB2BGR, 2},
    {V4L2_PIX_FMT_YUYV, CV_8UC2, cv::COLOR_YUV2BGR_YUYV, 2},
    {V4L2_PIX_FMT_UYVY, CV_8UC2, cv::COLOR_YUV2BGR_UYVY, 2},
    {V4L2_PIX_FMT_YVYU, CV_8UC2, cv::COLOR_YUV2BGR_YVYU, 2},
    {V4L2_PIX_FMT_NV12, CV_8UC1, cv::COLOR_YUV2BGR_NV12, 3},
    {V4L2_PIX_FMT_NV21, CV_8UC1, cv::COLOR_YUV2BGR_NV21, 3},
    {V4L2_PIX_FMT_YUV420, CV_8UC1, cv::COLOR_YUV2BGR_I420, 3},
    {V4L2_PIX_FMT_YVU420, CV_8UC1, cv::COLOR_YUV2BGR_YV12, 3},
    // OpenCV names a Bayer pattern by its second row.
    {V4L2_PIX_FMT_SBGGR8, CV_8UC1, cv::COLOR_BayerRG2BGR, 2},
    {V4L2_PIX_FMT_SRGGB8, CV_8UC1, cv::COLOR_BayerBG2BGR, 2},
    {V4L2_PIX_FMT_SGBRG8, CV_8UC1, cv::COLOR_BayerGR2BGR, 2},
    {V4L2_PIX_FMT_SGRBG8, CV_8UC1, cv::COLOR_BayerGB2BGR, 2},
    {V4L2_PIX_FMT_MJPEG, 0, 0, 0},
    {V4L2_PIX_FMT_JPEG, 0, 0, 0},
    {V4L2_PIX_FMT_GREY, CV_8UC1, -1, 2},
    {V4L2_PIX_FMT_Y16, CV_16UC1, -1, 2},
    {V4L2_PIX_FMT_Z16, CV_16UC1, -1, 2},
}};

uint32_t fourcc_of(const std::string& text) {
    uint32_t fourcc = 0;
    for (size_t i = 0; i < 4; ++i) fourcc |= static_cast<uint32_t>(i < text.size() ? text[i] : ' ') << (8 * i);
    return fourcc;
}

class V4l2Stream final : public Stream {
  public:
    V4l2Stream(const V4l2Request& request, int open_milliseconds, int read_milliseconds)
        : Stream(open_milliseconds, read_milliseconds), request_(request) {
        require(request.width >= 0 && request.height >= 0 && (request.width == 0) == (request.height == 0),
                "a size of ", request.width, "x", request.height, " pixels");
    }

    ~V4l2Stream() override {
        if (!device_) return;
        int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        device_->call(VIDIOC_STREAMOFF, &type);
        for (const Mapped& mapped : mapped_) ::munmap(mapped.bytes, mapped.length);
    }

    double frames_per_second() const override { return frames_per_second_; }
    const std::string& format() const override { return format_name_; }

  protected:
    void connect() override {
        device_.emplace(request_.device);
        choose_format();
        choose_rate();
        set_controls();
        start();
    }

    // The newest of the buffers that are full; a driver out of empty ones drops what is new, not what is old.
    bool advance() override {
        give_back();
        while (true) {
            pollfd wait{device_->descriptor(), POLLIN, 0};
            ::poll(&wait, 1, patience().left(slice_milliseconds));
            for (v4l2_buffer next = buffer(); device_->call(VIDIOC_DQBUF, &next); next = buffer()) {
                give_back();
                held_ = next;
            }
            // EIO is a picture that was lost on the bus.
            if (errno != EAGAIN && errno != EIO) V4l2Device::refuse("take a picture");
            if (held_) return true;
            if (patience().over()) give_up("picture");
        }
    }

    Reading deliver(cv::Mat& pixels, int64_t& microseconds) override {
        const v4l2_buffer& full = *held_;
        if ((full.flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
            microseconds = static_cast<int64_t>(full.timestamp.tv_sec) * 1000000 + full.timestamp.tv_usec;
        const bool whole = (full.flags & V4L2_BUF_FLAG_ERROR) == 0 && convert(full, pixels);
        give_back();
        return whole ? Reading::Picture : Reading::Damaged;
    }

  private:
    struct Mapped {
        void* bytes;
        size_t length;
    };

    static v4l2_buffer buffer() {
        v4l2_buffer empty{};
        empty.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        empty.memory = V4L2_MEMORY_MMAP;
        return empty;
    }

    void give_back() {
        if (!held_) return;
        v4l2_buffer returned = *held_;
        held_.reset();
        device_->need(VIDIOC_QBUF, &returned, "give a buffer back");
    }

    void choose_format() {
        const std::vector<v4l2_fmtdesc> offered = device_->formats();
        const uint32_t asked = request_.fourcc.empty() ? 0 : fourcc_of(request_.fourcc);
        for (const Known& candidate : known) {
            if (asked != 0 && candidate.fourcc != asked) continue;
            bool has = false;
            for (const v4l2_fmtdesc& format : offered) has = has || format.pixelformat == candidate.fourcc;
            if (has && try_format(candidate)) return;
        }
        const std::string size = request_.width == 0 ? "" : text(" of ", request_.width, "x", request_.height);
        const std::string format = asked == 0 ? "a format that is known here" : "the format " + request_.fourcc;
        fail(Status::File, "it gives no pictures", size, " in ", format, "; it has ", device_->modes());
    }

    bool try_format(const Known& candidate) {
        v4l2_format wanted{};
        wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        device_->need(VIDIOC_G_FMT, &wanted, "ask for the format");
        if (request_.width > 0) {
            wanted.fmt.pix.width = static_cast<uint32_t>(request_.width);
            wanted.fmt.pix.height = static_cast<uint32_t>(request_.height);
        }
        const uint32_t width = wanted.fmt.pix.width, height = wanted.fmt.pix.height;
        wanted.fmt.pix.pixelformat = candidate.fourcc;
        wanted.fmt.pix.field = V4L2_FIELD_ANY;
        wanted.fmt.pix.bytesperline = 0;
        wanted.fmt.pix.sizeimage = 0;
        device_->need(VIDIOC_S_FMT, &wanted, "set the format");
        const v4l2_pix_format& got = wanted.fmt.pix;
        if (got.pixelformat != candidate.fourcc) return false;
        if (request_.width > 0 && (got.width != width || got.height != height)) return false;
        chosen_ = candidate;
        picture_ = got;
        format_name_ = fourcc_text(candidate.fourcc);
        return true;
    }

    void choose_rate() {
        v4l2_streamparm parameters{};
        parameters.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        const bool asked = request_.frames_per_second > 0;
        if (asked) {
            const auto thousandths = static_cast<uint32_t>(std::lround(request_.frames_per_second * 1000));
            parameters.parm.capture.timeperframe = {1000, thousandths};
            device_->need(VIDIOC_S_PARM, &parameters, "set the frame rate");
        } else if (!device_->call(VIDIOC_G_PARM, &parameters)) {
            return;
        }
        const v4l2_fract& got = parameters.parm.capture.timeperframe;
        if (got.numerator > 0) frames_per_second_ = static_cast<double>(got.denominator) / got.numerator;
        if (asked && std::abs(frames_per_second_ - request_.frames_per_second) > 0.01 * request_.frames_per_second)
            fail(Status::File, "it does not give ", request_.frames_per_second, " frames a second, but ",
                 frames_per_second_, "; it has ", device_->modes());
    }

    void set_controls() const {
        set_automatic_or(request_.exposure, V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_MANUAL,
                         V4L2_CID_EXPOSURE_ABSOLUTE, "Exposure");
        set_automatic_or(request_.gain, V4L2_CID_AUTOGAIN, 0, V4L2_CID_GAIN, "Gain");
        set_automatic_or(request_.white_balance, V4L2_CID_AUTO_WHITE_BALANCE, 0, V4L2_CID_WHITE_BALANCE_TEMPERATURE,
                         "WhiteBalance");
    }

    // A value counts only while the automatic is off, and some devices have none to turn off.
    void set_automatic_or(int32_t value, uint32_t automatic, int32_t manual, uint32_t control, const char* name) const {
        if (value == control_unset) return;
        if (value != control_automatic) {
            if (device_->has(automatic)) device_->set(automatic, manual, name);
            device_->set(control, value, name);
        } else if (automatic != V4L2_CID_EXPOSURE_AUTO) {
            device_->set(automatic, 1, name);
        } else {
            // A menu of which every device has other items; USB cameras know automatic exposure as aperture priority.
            v4l2_control priority{automatic, V4L2_EXPOSURE_APERTURE_PRIORITY};
            if (!device_->call(VIDIOC_S_CTRL, &priority)) device_->set(automatic, V4L2_EXPOSURE_AUTO, name);
        }
    }

    void start() {
        v4l2_requestbuffers request{};
        request.count = buffer_count;
        request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        request.memory = V4L2_MEMORY_MMAP;
        device_->need(VIDIOC_REQBUFS, &request, "get buffers");
        for (uint32_t i = 0; i < request.count; ++i) {
            v4l2_buffer one = buffer();
            one.index = i;
            device_->need(VIDIOC_QUERYBUF, &one, "get a buffer");
            void* bytes = ::mmap(nullptr, one.length, PROT_READ | PROT_WRITE, MAP_SHARED, device_->descriptor(),
                                 static_cast<off_t>(one.m.offset));
            if (bytes == MAP_FAILED) fail(Status::File, "cannot map a buffer of ", one.length, " bytes");
            mapped_.push_back({bytes, one.length});
            device_->need(VIDIOC_QBUF, &one, "give a buffer");
        }
        int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        device_->need(VIDIOC_STREAMON, &type, "start");
    }

    // False: the picture is not all there.
    bool convert(const v4l2_buffer& full, cv::Mat& pixels) const {
        auto* bytes = static_cast<uint8_t*>(mapped_.at(full.index).bytes);
        if (chosen_.rows_of_2 == 0) {
            if (!is_jpeg(bytes, full.bytesused) || !is_complete_jpeg(bytes, full.bytesused)) return false;
            const cv::Mat encoded(1, static_cast<int>(full.bytesused), CV_8UC1, bytes);
            pixels = cv::imdecode(encoded, cv::IMREAD_COLOR);
            return !pixels.empty();
        }
        const int rows = static_cast<int>(picture_.height) * chosen_.rows_of_2 / 2;
        const int columns = static_cast<int>(picture_.width);
        const size_t row = static_cast<size_t>(columns) * CV_ELEM_SIZE(chosen_.type);
        const size_t step = std::max<size_t>(picture_.bytesperline, row);
        if (full.bytesused < step * static_cast<size_t>(rows - 1) + row) return false;
        const cv::Mat taken(rows, columns, chosen_.type, bytes, step);
        if (chosen_.conversion < 0)
            taken.copyTo(pixels);
        else
            cv::cvtColor(taken, pixels, chosen_.conversion);
        return true;
    }

    V4l2Request request_;
    std::optional<V4l2Device> device_;
    std::vector<Mapped> mapped_;
    std::optional<v4l2_buffer> held_;
    Known chosen_{};
    v4l2_pix_format picture_{};
    std::string format_name_;
    double frames_per_second_ = 0;
};

}  // namespace
}  // namespace pce

// A V4L2 device. The format (a fourcc) may be empty, size and frames a second 0, to take what the device has. Exposure
// (100 µs), gain and white balance (kelvin) are -1 for automatic, and left as they are by the least number of 32 bits.
// Nothing is opened yet.
PCE_EXPORT int32_t pce_stream_create_v4l2(const char* device, const char* fourcc, int32_t width, int32_t height,
                                          double frames_per_second, int32_t exposure, int32_t gain,
                                          int32_t white_balance, int32_t open_milliseconds, int32_t read_milliseconds,
                                          pce::Stream** out) {
    return pce::guard(__func__, [&] {
        pce::require(device != nullptr && *device != '\0', "the path of the device is empty");
        const pce::V4l2Request request{device, fourcc == nullptr ? "" : fourcc, width, height, frames_per_second,
                                       exposure, gain, white_balance};
        *out = new pce::V4l2Stream(request, open_milliseconds, read_milliseconds);
    });
}
