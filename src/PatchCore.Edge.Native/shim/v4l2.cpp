#include "v4l2.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace pce {
namespace {

const char* reason_of(int error) {
    switch (error) {
        case ENOENT:
        case ENXIO:
        case ENODEV: return "there is no such device";
        case EACCES: return "permission denied; its group, mostly video, may use it";
        case EBUSY: return "it is in use by another program";
        case ENOTTY: return "it is no video device";
        case ENOSPC: return "its bus has not enough bandwidth left";
        default: return std::strerror(error);
    }
}

std::string name_of(const uint8_t* text, size_t capacity) {
    std::string name(reinterpret_cast<const char*>(text), strnlen(reinterpret_cast<const char*>(text), capacity));
    std::replace_if(name.begin(), name.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
    return name;
}

std::string joined(const std::vector<double>& rates, const char* between) {
    std::string all;
    for (const double rate : rates) all += (all.empty() ? "" : between) + text(rate);
    return all;
}

}  // namespace

std::string fourcc_text(uint32_t fourcc) {
    std::string text;
    for (int shift = 0; shift < 32; shift += 8) text += static_cast<char>((fourcc >> shift) & 0x7f);
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

V4l2Device::V4l2Device(const std::string& path) : descriptor_(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
    if (descriptor_ < 0) fail(Status::File, reason_of(errno));
    const char* refused = nullptr;
    if (!call(VIDIOC_QUERYCAP, &capability_))
        refused = reason_of(errno);
    else {
        const uint32_t can = (capability_.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? capability_.device_caps
                                                                                    : capability_.capabilities;
        if ((can & V4L2_CAP_VIDEO_CAPTURE) == 0)
            refused = "it captures no video; one camera may have several devices, try its others";
        else if ((can & V4L2_CAP_STREAMING) == 0)
            refused = "it does not stream";
    }
    if (refused == nullptr) return;
    ::close(descriptor_);
    fail(Status::File, refused);
}

V4l2Device::~V4l2Device() { ::close(descriptor_); }

bool V4l2Device::call(unsigned long request, void* argument) const {
    int status;
    do status = ::ioctl(descriptor_, request, argument);
    while (status < 0 && errno == EINTR);
    return status >= 0;
}

void V4l2Device::need(unsigned long request, void* argument, const char* what) const {
    if (!call(request, argument)) refuse(what);
}

void V4l2Device::refuse(const char* what) { fail(Status::File, "cannot ", what, ": ", reason_of(errno)); }

std::vector<v4l2_fmtdesc> V4l2Device::formats() const {
    std::vector<v4l2_fmtdesc> found;
    v4l2_fmtdesc format{};
    format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    for (; call(VIDIOC_ENUM_FMT, &format); ++format.index) found.push_back(format);
    return found;
}

std::vector<v4l2_frmsizeenum> V4l2Device::sizes(uint32_t fourcc) const {
    std::vector<v4l2_frmsizeenum> found;
    v4l2_frmsizeenum size{};
    size.pixel_format = fourcc;
    for (; call(VIDIOC_ENUM_FRAMESIZES, &size); ++size.index) {
        if (size.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
            // A range of sizes: its largest stands for all, as a discrete one.
            size.discrete = {size.stepwise.max_width, size.stepwise.max_height};
            found.push_back(size);
            break;
        }
        found.push_back(size);
    }
    return found;
}

std::vector<double> V4l2Device::rates(uint32_t fourcc, uint32_t width, uint32_t height) const {
    std::vector<double> found;
    v4l2_frmivalenum interval{};
    interval.pixel_format = fourcc;
    interval.width = width;
    interval.height = height;
    for (; call(VIDIOC_ENUM_FRAMEINTERVALS, &interval); ++interval.index) {
        const bool discrete = interval.type == V4L2_FRMIVAL_TYPE_DISCRETE;
        const v4l2_fract& one = discrete ? interval.discrete : interval.stepwise.min;
        if (one.numerator > 0) found.push_back(static_cast<double>(one.denominator) / one.numerator);
        if (!discrete) break;
    }
    return found;
}

std::string V4l2Device::modes() const {
    std::string all;
    for (const v4l2_fmtdesc& format : formats())
        for (const v4l2_frmsizeenum& size : sizes(format.pixelformat)) {
            const auto [width, height] = size.discrete;
            const std::vector<double> every = rates(format.pixelformat, width, height);
            all += text(all.empty() ? "" : "; ", fourcc_text(format.pixelformat), " ", width, "x", height);
            if (!every.empty()) all += text(" at ", joined(every, ", "), " fps");
        }
    return all.empty() ? "nothing that it tells" : all;
}

bool V4l2Device::has(uint32_t control) const {
    v4l2_queryctrl query{};
    query.id = control;
    return call(VIDIOC_QUERYCTRL, &query) && (query.flags & V4L2_CTRL_FLAG_DISABLED) == 0;
}

void V4l2Device::set(uint32_t control, int32_t value, const char* name) const {
    v4l2_queryctrl query{};
    query.id = control;
    if (!call(VIDIOC_QUERYCTRL, &query) || (query.flags & V4L2_CTRL_FLAG_DISABLED) != 0)
        fail(Status::File, name, " is no control of this device");
    if (value < query.minimum || value > query.maximum)
        fail(Status::File, name, " is ", value, ", expected ", query.minimum, " to ", query.maximum, " in steps of ",
             query.step);
    v4l2_control set{control, value};
    if (!call(VIDIOC_S_CTRL, &set))
        fail(Status::File, name, " cannot be set to ", value, " (", query.minimum, " to ", query.maximum,
             " in steps of ", query.step, "): ", reason_of(errno));
}

std::string V4l2Device::describe() const {
    std::string all = text("device\t", name_of(capability_.card, sizeof(capability_.card)), "\t",
                           name_of(capability_.driver, sizeof(capability_.driver)), "\t",
                           name_of(capability_.bus_info, sizeof(capability_.bus_info)), "\n");
    for (const v4l2_fmtdesc& format : formats())
        for (const v4l2_frmsizeenum& size : sizes(format.pixelformat)) {
            const auto [width, height] = size.discrete;
            all += text("mode\t", fourcc_text(format.pixelformat), "\t", width, "\t", height, "\t",
                        joined(rates(format.pixelformat, width, height), ","), "\n");
        }
    v4l2_queryctrl control{};
    control.id = V4L2_CTRL_FLAG_NEXT_CTRL;
    for (; call(VIDIOC_QUERYCTRL, &control); control.id |= V4L2_CTRL_FLAG_NEXT_CTRL) {
        const bool number = control.type == V4L2_CTRL_TYPE_INTEGER || control.type == V4L2_CTRL_TYPE_BOOLEAN ||
                            control.type == V4L2_CTRL_TYPE_MENU;
        v4l2_control value{control.id, 0};
        if (!number || (control.flags & V4L2_CTRL_FLAG_DISABLED) != 0 || !call(VIDIOC_G_CTRL, &value)) continue;
        all += text("control\t", name_of(control.name, sizeof(control.name)), "\t", control.minimum, "\t",
                    control.maximum, "\t", control.step, "\t", control.default_value, "\t", value.value, "\n");
    }
    return all;
}

}  // namespace pce

// What a V4L2 device is and can do, in lines as V4l2Device::describe has them. Always tells the length; writes to
// `buffer` only if `capacity` bytes hold it.
PCE_EXPORT int32_t pce_v4l2_describe(const char* device, uint8_t* buffer, int64_t capacity, int64_t* length) {
    return pce::guard(__func__, [&] {
        pce::require(device != nullptr && *device != '\0', "the path of the device is empty");
        const std::string told = pce::V4l2Device(device).describe();
        *length = static_cast<int64_t>(told.size());
        if (buffer != nullptr && *length <= capacity) std::memcpy(buffer, told.data(), told.size());
    });
}
