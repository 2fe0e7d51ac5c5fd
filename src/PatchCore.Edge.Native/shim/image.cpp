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

const cv::Mat& filled_8bit(const Image* image, const char* what) {
    const cv::Mat& pixels = filled(image, what);
    require(pixels.depth() == CV_8U, what, " has 16 bits a channel, expected 8");
    return pixels;
}

cv::Mat piece(const cv::Mat& pixels, int x, int y, int width, int height) {
    require(x >= 0 && y >= 0 && width > 0 && height > 0 && x <= pixels.cols - width && y <= pixels.rows - height,
            "a piece of ", width, "x", height, " at ", x, ",", y, " of a picture of ", pixels.cols, "x", pixels.rows);
    return pixels(cv::Rect(x, y, width, height));
}

void require_supported(const cv::Mat& pixels) {
    require((pixels.depth() == CV_8U || pixels.depth() == CV_16U) && (pixels.channels() == 1 || pixels.channels() == 3),
            "unsupported pixels: ", cv::typeToString(pixels.type()), ", expected 8 or 16 bits, gray or BGR");
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
        image.pixels = cv::imdecode(buffer, cv::IMREAD_COLOR | cv::IMREAD_ANYDEPTH);
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

// A black image; pixel_bytes is 1 (gray) or 3 (BGR), or 2 or 6 of 16 bits a channel.
PCE_EXPORT int32_t pce_image_create(int32_t width, int32_t height, int32_t pixel_bytes, Image** out) {
    return pce::guard(__func__, [&] {
        pce::require(width > 0 && height > 0, "an image of ", width, "x", height, " pixels");
        pce::require(pixel_bytes == 1 || pixel_bytes == 3 || pixel_bytes == 2 || pixel_bytes == 6,
                     "a pixel has 1, 2, 3 or 6 bytes, not ", pixel_bytes);
        pce::require(static_cast<int64_t>(width) * height <= std::numeric_limits<int32_t>::max() / pixel_bytes,
                     "an image of ", width, "x", height, " pixels is larger than 2 GiB");
        auto image = std::make_unique<Image>();
        image->pixels = cv::Mat::zeros(
            height, width, CV_MAKETYPE(pixel_bytes % 2 == 0 ? CV_16U : CV_8U, pixel_bytes % 3 == 0 ? 3 : 1));
        *out = image.release();
    });
}

PCE_EXPORT void pce_image_free(Image* image) { delete image; }

// Size, bytes of a pixel and first byte (rows × width × bytes, no gaps); all zero when empty. Valid until the next
// change.
PCE_EXPORT int32_t pce_image_describe(Image* image, int32_t* width, int32_t* height, int32_t* pixel_bytes,
                                      uint8_t** pixels) {
    return pce::guard(__func__, [&] {
        cv::Mat& mat = pce::checked(image, "image").pixels;
        *width = mat.cols;
        *height = mat.rows;
        *pixel_bytes = mat.empty() ? 0 : static_cast<int32_t>(mat.elemSize());
        *pixels = mat.data;
    });
}

// Reads a picture file as BGR of the bits it has, 8 or 16, turned as its EXIF orientation says.
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

// Turns 16 bits a channel into 8 in place: black and below becomes 0, white and above 255, linear and rounded between.
// Leaves 8 bits as they are.
PCE_EXPORT int32_t pce_image_reduce(Image* image, int32_t black, int32_t white) {
    return pce::guard(__func__, [&] {
        pce::require(black >= 0 && black < white && white <= 65535, "a window from ", black, " to ", white);
        if (pce::filled(image, "image").depth() == CV_8U) return;
        thread_local cv::Mat reduced;
        const double scale = 255.0 / (white - black);
        image->pixels.convertTo(reduced, CV_8U, scale, -black * scale);
        std::swap(image->pixels, reduced);
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
        if (!cv::imencode(".jpg", pce::filled_8bit(image, "image"), bytes, {cv::IMWRITE_JPEG_QUALITY, quality}))
            pce::fail(pce::Status::OpenCv, "cannot encode a JPEG");
        *length = static_cast<int64_t>(bytes.size());
        if (buffer != nullptr && *length <= capacity) std::memcpy(buffer, bytes.data(), bytes.size());
    });
}

// PNG, gray or BGR of 8 or 16 bits; otherwise as pce_image_encode_jpeg.
PCE_EXPORT int32_t pce_image_encode_png(const Image* image, uint8_t* buffer, int64_t capacity, int64_t* length) {
    return pce::guard(__func__, [&] {
        std::vector<uint8_t>& bytes = pce::scratch();
        // Without a level OpenCV takes its fastest way, which any level, 1 too, gives up.
        if (!cv::imencode(".png", pce::filled(image, "image"), bytes))
            pce::fail(pce::Status::OpenCv, "cannot encode a PNG");
        *length = static_cast<int64_t>(bytes.size());
        if (buffer != nullptr && *length <= capacity) std::memcpy(buffer, bytes.data(), bytes.size());
    });
}
