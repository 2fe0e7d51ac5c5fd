#include "image.h"

#include <cstring>
#include <limits>
#include <memory>
#include <opencv2/imgcodecs.hpp>
#include <vector>

#include "file.h"
#include "jpeg.h"

namespace pce {

const cv::Mat& filled(const Image* image, const char* what) {
    const cv::Mat& pixels = checked(image, what).pixels;
    require(!pixels.empty(), what, " is empty");
    return pixels;
}

void require_supported(const cv::Mat& pixels) {
    require(pixels.type() == CV_8UC1 || pixels.type() == CV_8UC3,
            "unsupported pixels: ", cv::typeToString(pixels.type()));
    require(pixels.isContinuous(), "the pixels have gaps between rows");
    const size_t bytes = pixels.total() * pixels.elemSize();
    require(bytes <= std::numeric_limits<int32_t>::max(), "the image takes ", bytes, " bytes, more than 2 GiB");
}

namespace {

// The buffer a file or a JPEG passes through, kept by thread so that a frame costs no allocation.
std::vector<uint8_t>& scratch() {
    thread_local std::vector<uint8_t> bytes;
    return bytes;
}

// Decodes into `image`, which is empty after a failure.
void decode(const uint8_t* encoded, size_t length, Image& image, const std::string& what) {
    // Given a destination, cv::imdecode leaves the picture of before in it when it finds no decoder, and tells nobody.
    image.pixels.release();
    const auto refuse = [&](const char* reason) {
        fail(Status::File, "cannot decode ", what, ": ", reason, " (", length, " bytes)");
    };
    if (length == 0) refuse("it is empty");
    if (length > static_cast<size_t>(std::numeric_limits<int32_t>::max())) refuse("it is too large");
    if (is_jpeg(encoded, length) && !is_complete_jpeg(encoded, length)) refuse("the JPEG is cut off");
    const cv::Mat buffer(1, static_cast<int>(length), CV_8UC1, const_cast<uint8_t*>(encoded));
    try {
        image.pixels = cv::imdecode(buffer, cv::IMREAD_COLOR);
    } catch (const cv::Exception& exception) {
        refuse(exception.what());
    }
    if (image.pixels.empty()) refuse("damaged, or not an image format that is known here");
    require_supported(image.pixels);
}

}  // namespace
}  // namespace pce

using pce::Image;

// An image without pixels, to be filled by a read.
PCE_EXPORT int32_t pce_image_create_empty(Image** out) {
    return pce::guard(__func__, [&] { *out = new Image(); });
}

// A black image; channels is 1 or 3.
PCE_EXPORT int32_t pce_image_create(int32_t width, int32_t height, int32_t channels, Image** out) {
    return pce::guard(__func__, [&] {
        pce::require(width > 0 && height > 0, "an image of ", width, "x", height, " pixels");
        pce::require(channels == 1 || channels == 3, "an image has 1 or 3 channels, not ", channels);
        pce::require(static_cast<int64_t>(width) * height <= std::numeric_limits<int32_t>::max() / channels,
                     "an image of ", width, "x", height, " pixels is larger than 2 GiB");
        auto image = std::make_unique<Image>();
        image->pixels = cv::Mat::zeros(height, width, CV_8UC(channels));
        *out = image.release();
    });
}

PCE_EXPORT void pce_image_free(Image* image) { delete image; }

// Size, channels and first byte (rows × width × channels, no gaps); all zero when empty. Valid until the next change.
PCE_EXPORT int32_t pce_image_describe(Image* image, int32_t* width, int32_t* height, int32_t* channels,
                                      uint8_t** pixels) {
    return pce::guard(__func__, [&] {
        cv::Mat& mat = pce::checked(image, "image").pixels;
        *width = mat.cols;
        *height = mat.rows;
        *channels = mat.empty() ? 0 : mat.channels();
        *pixels = mat.data;
    });
}

// Reads a picture file as BGR, 8 bits, turned as its EXIF orientation says (cv::imread's IMREAD_COLOR).
PCE_EXPORT int32_t pce_image_read(Image* image, const char* path) {
    return pce::guard(__func__, [&] {
        Image& into = pce::checked(image, "image");
        std::vector<uint8_t>& bytes = pce::scratch();
        try {
            pce::InputFile file(path, "image");
            bytes.resize(file.size());
            bytes.resize(file.read(bytes.data(), bytes.size()));
        } catch (...) {
            into.pixels.release();  // never the frame before, taken for this one
            throw;
        }
        pce::decode(bytes.data(), bytes.size(), into, pce::text("image '", path, "'"));
    });
}

// The same of a picture in memory.
PCE_EXPORT int32_t pce_image_decode(Image* image, const uint8_t* encoded, int64_t length) {
    return pce::guard(__func__, [&] {
        pce::require(length >= 0 && (encoded != nullptr || length == 0), "no encoded image");
        pce::decode(encoded, static_cast<size_t>(length), pce::checked(image, "image"), "image");
    });
}

PCE_EXPORT int32_t pce_image_copy(const Image* image, Image* out) {
    return pce::guard(__func__, [&] { pce::filled(image, "image").copyTo(pce::checked(out, "destination").pixels); });
}

// Writes a picture file; the path's extension names the format.
PCE_EXPORT int32_t pce_image_write(const Image* image, const char* path) {
    return pce::guard(__func__, [&] {
        const cv::Mat& pixels = pce::filled(image, "image");
        pce::require(path != nullptr, "the path of the image is null");
        const char* extension = std::strrchr(path, '.');
        pce::require(extension != nullptr && cv::haveImageWriter(path), "cannot write image '", path,
                     "': its extension names no image format that is known here");
        std::vector<uint8_t>& bytes = pce::scratch();
        if (!cv::imencode(extension, pixels, bytes))
            pce::fail(pce::Status::OpenCv, "cannot encode image '", path, "'");
        pce::OutputFile file(path, "image");
        file.write(bytes.data(), bytes.size());
        file.close();
    });
}

// JPEG of quality 1 to 100. Always tells the length; writes it to `buffer` only if `capacity` bytes hold it.
PCE_EXPORT int32_t pce_image_encode_jpeg(const Image* image, int32_t quality, uint8_t* buffer, int64_t capacity,
                                         int64_t* length) {
    return pce::guard(__func__, [&] {
        pce::require(quality >= 1 && quality <= 100, "JPEG quality is 1 to 100, not ", quality);
        std::vector<uint8_t>& bytes = pce::scratch();
        if (!cv::imencode(".jpg", pce::filled(image, "image"), bytes, {cv::IMWRITE_JPEG_QUALITY, quality}))
            pce::fail(pce::Status::OpenCv, "cannot encode a JPEG");
        *length = static_cast<int64_t>(bytes.size());
        if (buffer != nullptr && *length <= capacity) std::memcpy(buffer, bytes.data(), bytes.size());
    });
}
