#include <opencv2/core.hpp>

#include "image.h"

namespace pce {

namespace {

// So many points tell the mean to 0.1 gray levels and the sharpness to 1 % for any usual picture; more cost time only.
constexpr int kColumns = 320;
constexpr int kRows = 200;

struct Statistics {
    double brightness, sharpness;
};

// The Laplacian of neighbors that touch, taken at points of a grid: thinning the picture first would lose the very
// detail that a blurred lens loses. Of BGR the green channel, which is most of what the eye calls brightness.
template <class Value>
Statistics measure(const cv::Mat& pixels, double unit) {
    const int channels = pixels.channels();
    const int green = channels == 3 ? 1 : 0;
    const int across = std::max(1, pixels.cols / kColumns);
    const int down = std::max(1, pixels.rows / kRows);
    double sum = 0, laplacians = 0, squares = 0;
    int64_t count = 0;
    for (int y = 1; y < pixels.rows - 1; y += down) {
        const Value* above = pixels.ptr<Value>(y - 1) + green;
        const Value* row = pixels.ptr<Value>(y) + green;
        const Value* below = pixels.ptr<Value>(y + 1) + green;
        // A row's sums fit 64 bits by far, and integers are faster than doubles.
        int64_t row_sum = 0, row_laplacians = 0, row_squares = 0;
        for (int x = 1; x < pixels.cols - 1; x += across) {
            const int at = x * channels;
            const int64_t value = row[at];
            const int64_t around = int64_t{above[at]} + below[at] + row[at - channels] + row[at + channels];
            const int64_t laplacian = around - 4 * value;
            row_sum += value;
            row_laplacians += laplacian;
            row_squares += laplacian * laplacian;
            ++count;
        }
        sum += static_cast<double>(row_sum);
        laplacians += static_cast<double>(row_laplacians);
        squares += static_cast<double>(row_squares);
    }
    const double n = static_cast<double>(count);
    const double mean = laplacians / n;
    return {sum / n * unit, (squares / n - mean * mean) * unit * unit};
}

}  // namespace
}  // namespace pce

// Brightness: the mean, 0 to 255 whatever the depth. Sharpness: the variance of the Laplacian, in the same units
// squared. Both of some 64,000 points that are spread evenly. At least 3x3 pixels.
PCE_EXPORT int32_t pce_image_measure(const pce::Image* image, double* brightness, double* sharpness) {
    return pce::guard(__func__, [&] {
        const cv::Mat& pixels = pce::filled(image, "image");
        pce::require(pixels.cols >= 3 && pixels.rows >= 3, "a picture of ", pixels.cols, "x", pixels.rows,
                     " has no Laplacian, expected 3x3 or more");
        const auto found = pixels.depth() == CV_8U ? pce::measure<uint8_t>(pixels, 1.0)
                                                   : pce::measure<uint16_t>(pixels, 255.0 / 65535.0);
        *brightness = found.brightness;
        *sharpness = found.sharpness;
    });
}
