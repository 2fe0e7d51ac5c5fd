// What a GenICam camera sends → what an image holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <string>

namespace pce {

// A pixel format of the Pixel Format Naming Convention (PFNC) by its number.
struct CameraFormat {
    uint32_t id;
    const char* name;
    int type;        // of the matrix as it is sent
    int bits;        // of a value, 16 or fewer
    int conversion;  // of cv::cvtColor; -1 where the channels are ours already
};

// Refuses one that is not supported; `what` says whose format it is.
const CameraFormat& camera_format(uint32_t id, const std::string& what);

// Writes the picture, `height` rows of `width` pixels without gaps, into `into`: gray or BGR, of 8 bits a channel, or
// of 16 where the camera sends more than 8, scaled so that the camera's white is 65535.
void decode_camera_picture(const CameraFormat& format, int width, int height, const void* data, size_t length,
                           const std::string& what, cv::Mat& into);

}  // namespace pce
