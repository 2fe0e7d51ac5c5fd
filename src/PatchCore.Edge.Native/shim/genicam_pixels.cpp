#include "genicam_pixels.h"

#include <algorithm>
#include <iterator>
#include <opencv2/imgproc.hpp>

#include "image.h"

namespace pce {

namespace {

// PFNC names a Bayer pattern by the first two pixels of the first row, OpenCV by the second and third of the second
// row: BayerRG8 is OpenCV's BayerBG.
constexpr int from_rg = cv::COLOR_BayerBG2BGR;
constexpr int from_gr = cv::COLOR_BayerGB2BGR;
constexpr int from_gb = cv::COLOR_BayerGR2BGR;
constexpr int from_bg = cv::COLOR_BayerRG2BGR;

constexpr CameraFormat formats[] = {
    {0x01080001, "Mono8", CV_8UC1, 8, -1},
    {0x01100003, "Mono10", CV_16UC1, 10, -1},
    {0x01100005, "Mono12", CV_16UC1, 12, -1},
    {0x01100025, "Mono14", CV_16UC1, 14, -1},
    {0x01100007, "Mono16", CV_16UC1, 16, -1},
    {0x01080009, "BayerRG8", CV_8UC1, 8, from_rg},
    {0x01080008, "BayerGR8", CV_8UC1, 8, from_gr},
    {0x0108000a, "BayerGB8", CV_8UC1, 8, from_gb},
    {0x0108000b, "BayerBG8", CV_8UC1, 8, from_bg},
    {0x0110000d, "BayerRG10", CV_16UC1, 10, from_rg},
    {0x0110000c, "BayerGR10", CV_16UC1, 10, from_gr},
    {0x0110000e, "BayerGB10", CV_16UC1, 10, from_gb},
    {0x0110000f, "BayerBG10", CV_16UC1, 10, from_bg},
    {0x01100011, "BayerRG12", CV_16UC1, 12, from_rg},
    {0x01100010, "BayerGR12", CV_16UC1, 12, from_gr},
    {0x01100012, "BayerGB12", CV_16UC1, 12, from_gb},
    {0x01100013, "BayerBG12", CV_16UC1, 12, from_bg},
    {0x0110002f, "BayerRG16", CV_16UC1, 16, from_rg},
    {0x0110002e, "BayerGR16", CV_16UC1, 16, from_gr},
    {0x01100030, "BayerGB16", CV_16UC1, 16, from_gb},
    {0x01100031, "BayerBG16", CV_16UC1, 16, from_bg},
    {0x02180014, "RGB8", CV_8UC3, 8, cv::COLOR_RGB2BGR},
    {0x02180015, "BGR8", CV_8UC3, 8, -1},
    {0x0210001f, "YUV422_8_UYVY", CV_8UC2, 8, cv::COLOR_YUV2BGR_UYVY},
    {0x02100032, "YUV422_8", CV_8UC2, 8, cv::COLOR_YUV2BGR_YUYV},
};

// Stretches values of fewer than 16 bits to all of 16.
void stretch(const cv::Mat& from, int bits, cv::Mat& into) {
    from.convertTo(into, CV_16U, 65535.0 / ((1 << bits) - 1));
}

}  // namespace

const CameraFormat& camera_format(uint32_t id, const std::string& what) {
    const auto* found = std::find_if(std::begin(formats), std::end(formats), [&](auto& one) { return one.id == id; });
    if (found != std::end(formats)) return *found;
    std::string supported;
    for (const CameraFormat& format : formats) supported += std::string(supported.empty() ? "" : ", ") + format.name;
    fail(Status::Argument, what, " is not supported, expected one of ", supported);
}

void decode_camera_picture(const CameraFormat& format, int width, int height, const void* data, size_t length,
                           const std::string& what, cv::Mat& into) {
    require(width > 0 && height > 0, what, " is a picture of ", width, "x", height, " pixels");
    const size_t row = static_cast<size_t>(width) * CV_ELEM_SIZE(format.type);
    require(length / row >= static_cast<size_t>(height), what, " has ", length, " bytes, expected ", row * height, " (",
            width, "x", height, " ", format.name, ")");
    const bool bayer = format.conversion >= 0 && CV_MAT_CN(format.type) == 1;
    require(!bayer || (width > 2 && height > 2), what, " is a ", format.name, " picture of ", width, "x", height,
            " pixels, expected 3x3 or more");
    require(CV_MAT_CN(format.type) != 2 || width % 2 == 0, what, " is a ", format.name, " picture ", width,
            " pixels wide, expected an even number");
    const cv::Mat sent(height, width, format.type, const_cast<void*>(data));
    if (format.conversion < 0) {
        if (CV_MAT_DEPTH(format.type) == CV_16U && format.bits < 16) {
            stretch(sent, format.bits, into);
        } else {
            sent.copyTo(into);
        }
    } else if (format.bits == 8 || format.bits == 16) {
        cv::cvtColor(sent, into, format.conversion);
    } else {
        thread_local cv::Mat stretched;
        stretch(sent, format.bits, stretched);
        cv::cvtColor(stretched, into, format.conversion);
    }
    require_supported(into);
}

}  // namespace pce

// Decodes a camera's picture in memory: `pixel_format` is its PFNC number, `data` has `length` bytes, rows without
// gaps.
PCE_EXPORT int32_t pce_genicam_decode(uint32_t pixel_format, int32_t width, int32_t height, const uint8_t* data,
                                      int64_t length, pce::Image* into) {
    return pce::guard(__func__, [&] {
        pce::require(data != nullptr && length > 0, "no picture");
        const pce::CameraFormat& format =
            pce::camera_format(pixel_format, pce::text("pixel format 0x", std::hex, pixel_format));
        pce::decode_camera_picture(format, width, height, data, static_cast<size_t>(length), "the picture",
                                   pce::checked(into, "image").pixels);
    });
}
