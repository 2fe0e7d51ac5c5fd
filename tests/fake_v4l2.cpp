// A V4L2 device for tests, loaded before the C library: /dev/video-fake gives 64 × 48 pixels of red, green and blue
// bars in YUYV, 30 times a second, and has a gain and an exposure. With FAKE_V4L2=busy somebody else has it, with
// FAKE_V4L2=unplugged it goes away at its third picture, with FAKE_V4L2=torn every picture is cut off.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

constexpr uint32_t width = 64, height = 48, length = 8192, buffers = 4;
int device = -1;
bool queued[buffers];
int pictures = 0;
int gain = 10, exposure = 100, automatic = V4L2_EXPOSURE_APERTURE_PRIORITY;

bool mood(const char* name) {
    const char* value = getenv("FAKE_V4L2");
    return value != nullptr && strcmp(value, name) == 0;
}

int refuse(int error) {
    errno = error;
    return -1;
}

void paint(uint8_t* bytes) {
    constexpr uint8_t bars[3][3] = {{81, 90, 240}, {145, 54, 34}, {41, 240, 110}};  // red, green and blue of BT.601
    for (uint32_t i = 0; i < width * height; i += 2) {
        const uint8_t* color = bars[i % width * 3 / width];
        const uint8_t pair[4] = {color[0], color[1], color[0], color[2]};
        memcpy(bytes + i * 2, pair, sizeof(pair));
    }
}

// One picture, and none at the next call, as a device has it whose buffers are emptied faster than they fill.
int dequeue(v4l2_buffer* buffer) {
    static bool ready = false;
    ready = !ready;
    if (!ready) return refuse(EAGAIN);
    if (mood("unplugged") && pictures == 2) return refuse(ENODEV);
    const timespec tick{0, 33000000};
    nanosleep(&tick, nullptr);
    for (uint32_t i = 0; i < buffers; ++i) {
        if (!queued[i]) continue;
        queued[i] = false;
        ++pictures;
        buffer->index = i;
        buffer->bytesused = mood("torn") ? 100 : width * height * 2;
        buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
        buffer->timestamp = {7, pictures * 1000};
        return 0;
    }
    return refuse(EAGAIN);
}

int control(v4l2_queryctrl* query) {
    const bool next = (query->id & V4L2_CTRL_FLAG_NEXT_CTRL) != 0;
    const uint32_t after = query->id & ~V4L2_CTRL_FLAG_NEXT_CTRL;
    constexpr uint32_t ids[] = {V4L2_CID_GAIN, V4L2_CID_EXPOSURE_AUTO, V4L2_CID_EXPOSURE_ABSOLUTE};
    for (const uint32_t id : ids) {
        if (next ? id <= after : id != after) continue;
        *query = {};
        query->id = id;
        query->type = id == V4L2_CID_EXPOSURE_AUTO ? V4L2_CTRL_TYPE_MENU : V4L2_CTRL_TYPE_INTEGER;
        query->maximum = id == V4L2_CID_GAIN ? 63 : id == V4L2_CID_EXPOSURE_AUTO ? 3 : 2047;
        query->minimum = id == V4L2_CID_EXPOSURE_ABSOLUTE ? 3 : 0;
        query->step = 1;
        strcpy(reinterpret_cast<char*>(query->name), id == V4L2_CID_GAIN ? "Gain" : "Exposure");
        return 0;
    }
    return refuse(EINVAL);
}

int* value_of(uint32_t id) {
    return id == V4L2_CID_GAIN ? &gain : id == V4L2_CID_EXPOSURE_AUTO ? &automatic : &exposure;
}

int answer(unsigned long request, void* argument) {
    auto* format = static_cast<v4l2_format*>(argument);
    auto* buffer = static_cast<v4l2_buffer*>(argument);
    switch (request) {
        case VIDIOC_QUERYCAP: {
            auto* told = static_cast<v4l2_capability*>(argument);
            strcpy(reinterpret_cast<char*>(told->card), "Fake Camera");
            strcpy(reinterpret_cast<char*>(told->driver), "fake");
            strcpy(reinterpret_cast<char*>(told->bus_info), "nowhere");
            told->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
            return 0;
        }
        case VIDIOC_ENUM_FMT: {
            auto* one = static_cast<v4l2_fmtdesc*>(argument);
            one->pixelformat = V4L2_PIX_FMT_YUYV;
            return one->index == 0 ? 0 : refuse(EINVAL);
        }
        case VIDIOC_ENUM_FRAMESIZES: {
            auto* one = static_cast<v4l2_frmsizeenum*>(argument);
            one->type = V4L2_FRMSIZE_TYPE_DISCRETE;
            one->discrete = {width, height};
            return one->index == 0 ? 0 : refuse(EINVAL);
        }
        case VIDIOC_ENUM_FRAMEINTERVALS: {
            auto* one = static_cast<v4l2_frmivalenum*>(argument);
            one->type = V4L2_FRMIVAL_TYPE_DISCRETE;
            one->discrete = {1, one->index == 0 ? 30u : 15u};
            return one->index <= 1 ? 0 : refuse(EINVAL);
        }
        case VIDIOC_S_FMT:
            if (mood("busy")) return refuse(EBUSY);
            [[fallthrough]];
        case VIDIOC_G_FMT:
            format->fmt.pix = {};
            format->fmt.pix.width = width;
            format->fmt.pix.height = height;
            format->fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
            format->fmt.pix.bytesperline = width * 2;
            return 0;
        case VIDIOC_S_PARM:
        case VIDIOC_G_PARM: static_cast<v4l2_streamparm*>(argument)->parm.capture.timeperframe = {1, 30}; return 0;
        case VIDIOC_QUERYCTRL: return control(static_cast<v4l2_queryctrl*>(argument));
        case VIDIOC_G_CTRL: {
            auto* got = static_cast<v4l2_control*>(argument);
            got->value = *value_of(got->id);
            return 0;
        }
        case VIDIOC_S_CTRL: {
            const auto* set = static_cast<v4l2_control*>(argument);
            *value_of(set->id) = set->value;
            return 0;
        }
        case VIDIOC_REQBUFS: static_cast<v4l2_requestbuffers*>(argument)->count = buffers; return 0;
        case VIDIOC_QUERYBUF:
            buffer->length = length;
            buffer->m.offset = buffer->index * length;
            return 0;
        case VIDIOC_QBUF: queued[buffer->index] = true; return 0;
        case VIDIOC_DQBUF: return dequeue(buffer);
        case VIDIOC_STREAMON:
        case VIDIOC_STREAMOFF: return 0;
        default: return refuse(ENOTTY);
    }
}

}  // namespace

extern "C" int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    if (strcmp(path, "/dev/video-fake") != 0) {
        static const auto real = reinterpret_cast<int (*)(const char*, int, mode_t)>(dlsym(RTLD_NEXT, "open"));
        return real(path, flags, mode);
    }
    device = memfd_create("video-fake", 0);
    if (ftruncate(device, buffers * length) != 0) return -1;
    auto* bytes = static_cast<uint8_t*>(mmap(nullptr, buffers * length, PROT_WRITE, MAP_SHARED, device, 0));
    for (uint32_t i = 0; i < buffers; ++i) paint(bytes + i * length);
    return device;
}

extern "C" int ioctl(int descriptor, unsigned long request, ...) noexcept {
    va_list arguments;
    va_start(arguments, request);
    void* argument = va_arg(arguments, void*);
    va_end(arguments);
    if (descriptor == device && device >= 0) return answer(request, argument);
    static const auto real = reinterpret_cast<int (*)(int, unsigned long, void*)>(dlsym(RTLD_NEXT, "ioctl"));
    return real(descriptor, request, argument);
}
