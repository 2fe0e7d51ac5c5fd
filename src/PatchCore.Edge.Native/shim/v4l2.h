// A V4L2 device, asked and set by ioctl so that every refusal has its reason.
#pragma once

#include <linux/videodev2.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "guard.h"

namespace pce {

std::string fourcc_text(uint32_t fourcc);

class V4l2Device {
  public:
    // Opens a device that captures; anything else is refused.
    explicit V4l2Device(const std::string& path);
    ~V4l2Device();
    V4l2Device(const V4l2Device&) = delete;
    V4l2Device& operator=(const V4l2Device&) = delete;

    int descriptor() const { return descriptor_; }
    // ioctl, again when a signal came between. False: errno says why.
    bool call(unsigned long request, void* argument) const;
    // The same; a refusal is thrown as "cannot <what>: <reason>".
    void need(unsigned long request, void* argument, const char* what) const;

    // Throws what errno says.
    [[noreturn]] static void refuse(const char* what);

    std::vector<v4l2_fmtdesc> formats() const;
    std::vector<v4l2_frmsizeenum> sizes(uint32_t fourcc) const;
    // Frames a second.
    std::vector<double> rates(uint32_t fourcc, uint32_t width, uint32_t height) const;
    // "YUYV 640x480 at 30, 15 fps; MJPG …": what to ask for instead of what was refused.
    std::string modes() const;

    // Whether the device has a control that can be set.
    bool has(uint32_t control) const;
    // Refuses a value out of its range, and a control that the device lacks.
    void set(uint32_t control, int32_t value, const char* name) const;

    // Lines of fields apart by tabs: device (card, driver, bus), mode (fourcc, width, height, rates apart by commas),
    // control (name, least, most, step, default, value).
    std::string describe() const;

  private:
    int descriptor_;
    v4l2_capability capability_{};
};

// What a control is set to: a value, automatic, or left as it is.
constexpr int32_t control_automatic = -1;
constexpr int32_t control_unset = std::numeric_limits<int32_t>::min();

struct V4l2Request {
    std::string device;
    std::string fourcc;  // empty: what needs the least conversion
    int32_t width;       // 0, with height: what the device has
    int32_t height;
    double frames_per_second;  // 0: what the device has
    int32_t exposure;          // 100 µs
    int32_t gain;
    int32_t white_balance;  // kelvin
};

}  // namespace pce
