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
void split(const uint8_t* __restrict pixel, int64_t area, std::array<int, 3> order,
           const Normalization& normalization, float* __restrict tensor) {
    float* __restrict first = tensor;
    float* __restrict second = tensor + area;
    float* __restrict third = tensor + 2 * area;
    for (int64_t i = 0; i < area; ++i, pixel += Channels) {
        first[i] = normalization.table[0][pixel[order[0]]];
        second[i] = normalization.table[1][pixel[order[1]]];
        third[i] = normalization.table[2][pixel[order[2]]];
    }
}

}  // namespace
}  // namespace pce

// Resizes (INTER_AREA), normalizes and splits into planes: tensor is 3 × height × width. Gray fills all three planes.
PCE_EXPORT int32_t pce_image_to_tensor(const pce::Image* image, const pce::TensorLayout* tensor_layout, float* tensor,
                                       int64_t length) {
    return pce::guard(__func__, [&] {
        const cv::Mat& pixels = pce::filled(image, "image");
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
        const uint8_t* source = pixels.size() == size ? pixels.data : resized.data;

        const pce::Normalization normalization(layout);
        if (pixels.channels() == 1)
            pce::split<1>(source, area, {0, 0, 0}, normalization, tensor);
        else if (layout.rgb != 0)
            pce::split<3>(source, area, {2, 1, 0}, normalization, tensor);
        else
            pce::split<3>(source, area, {0, 1, 2}, normalization, tensor);
    });
}
