#include "tensor.h"

#include <array>
#include <opencv2/imgproc.hpp>

#include "image.h"

namespace pce {

namespace {

// (value × scale − mean) ÷ std of all 256 values: the exact float operations, done once instead of by pixel.
struct Normalization {
    float table[3][256];

    explicit Normalization(const TensorLayout& layout) {
        for (int channel = 0; channel < 3; ++channel)
            for (int value = 0; value < 256; ++value)
                table[channel][value] =
                    (static_cast<float>(value) * layout.scale - layout.mean[channel]) / layout.std[channel];
    }
};

// One pass over interleaved pixels into three planes; plane i takes the pixel's channel order[i].
template <int Channels>
void split(const cv::Mat& source, std::array<int, 3> order, const Normalization& normalization, float* tensor) {
    const auto area = static_cast<int64_t>(source.total());
    for (int row = 0; row < source.rows; ++row, tensor += source.cols) {
        const uint8_t* __restrict pixel = source.ptr(row);
        float* __restrict first = tensor;
        float* __restrict second = tensor + area;
        float* __restrict third = tensor + 2 * area;
        for (int i = 0; i < source.cols; ++i, pixel += Channels) {
            first[i] = normalization.table[0][pixel[order[0]]];
            second[i] = normalization.table[1][pixel[order[1]]];
            third[i] = normalization.table[2][pixel[order[2]]];
        }
    }
}

}  // namespace
}  // namespace pce

// Resizes a rectangle of the image (INTER_AREA), normalizes and splits into planes: tensor is 3 × height × width. Gray
// fills all three planes.
PCE_EXPORT int32_t pce_image_to_tensor(const pce::Image* image, int32_t x, int32_t y, int32_t width, int32_t height,
                                       const pce::TensorLayout* tensor_layout, float* tensor, int64_t length) {
    return pce::guard(__func__, [&] {
        const cv::Mat pixels = pce::piece(pce::filled_8bit(image, "image"), x, y, width, height);
        const pce::TensorLayout& layout = pce::checked(tensor_layout, "layout");
        pce::require(layout.width > 0 && layout.height > 0,
                     "a tensor of ", layout.width, "x", layout.height, " pixels");
        const int64_t area = static_cast<int64_t>(layout.width) * layout.height;
        pce::require(tensor != nullptr && length == 3 * area, "the tensor takes ", 3 * area, " floats (3 x ",
                     layout.height, " x ", layout.width, "), not ", length);
        for (const float deviation : layout.std) pce::require(deviation > 0, "std must be positive, not ", deviation);

        // Resizing 8-bit pixels and then reordering them is the same as the other way round, and cheaper.
        thread_local cv::Mat resized;
        const cv::Size size(layout.width, layout.height);
        if (pixels.size() != size) cv::resize(pixels, resized, size, 0, 0, cv::INTER_AREA);
        const cv::Mat& source = pixels.size() == size ? pixels : resized;

        const pce::Normalization normalization(layout);
        if (pixels.channels() == 1)
            pce::split<1>(source, {0, 0, 0}, normalization, tensor);
        else if (layout.rgb != 0)
            pce::split<3>(source, {2, 1, 0}, normalization, tensor);
        else
            pce::split<3>(source, {0, 1, 2}, normalization, tensor);
    });
}

// Resizes a rectangle of the image (INTER_AREA) into a rectangle of a canvas; what is left of the canvas repeats the
// nearest pixels. `out` must be another image.
PCE_EXPORT int32_t pce_image_place(const pce::Image* image, int32_t x, int32_t y, int32_t width, int32_t height,
                                   int32_t canvas_width, int32_t canvas_height, int32_t content_x, int32_t content_y,
                                   int32_t content_width, int32_t content_height, pce::Image* out) {
    return pce::guard(__func__, [&] {
        const cv::Mat pixels = pce::piece(pce::filled_8bit(image, "image"), x, y, width, height);
        cv::Mat& canvas = pce::checked(out, "destination").pixels;
        pce::require(image != out, "an image cannot be placed on itself");
        pce::require(canvas_width > 0 && canvas_height > 0, "a canvas of ", canvas_width, "x", canvas_height);
        canvas.create(canvas_height, canvas_width, pixels.type());
        pce::require_supported(canvas);
        cv::Mat content = pce::piece(canvas, content_x, content_y, content_width, content_height);
        if (pixels.size() == content.size())
            pixels.copyTo(content);
        else
            cv::resize(pixels, content, content.size(), 0, 0, cv::INTER_AREA);
        if (content.size() != canvas.size())
            cv::copyMakeBorder(content, canvas, content_y, canvas_height - content_y - content_height, content_x,
                               canvas_width - content_x - content_width, cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
    });
}
