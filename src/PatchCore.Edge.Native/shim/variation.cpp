#include <cmath>
#include <opencv2/imgproc.hpp>

#include "image.h"

// The image as another of its kind might have come out: every pixel is taken from where `to_source`, six numbers, takes
// it (row-major 2 × 3, continuous: a pixel's center lies at one half; what lies outside is mirrored in), then its
// distance from the image's mean value is multiplied by contrast, and the result by brightness. `out` must be another
// image.
PCE_EXPORT int32_t pce_image_vary(const pce::Image* image, const double* to_source, double contrast, double brightness,
                                  pce::Image* out) {
    return pce::guard(__func__, [&] {
        const cv::Mat& pixels = pce::filled_8bit(image, "image");
        cv::Mat& varied = pce::checked(out, "destination").pixels;
        pce::require(image != out, "an image cannot be varied into itself");
        pce::require(to_source != nullptr, "no affine map");
        pce::require(contrast > 0 && contrast <= 10, "contrast is above 0, at most 10, not ", contrast);
        pce::require(brightness > 0 && brightness <= 10, "brightness is above 0, at most 10, not ", brightness);
        cv::Matx23d inverse;
        for (int i = 0; i < 2; ++i) {
            const double* row = to_source + 3 * i;
            for (int k = 0; k < 3; ++k) pce::require(std::isfinite(row[k]), "the affine map has ", row[k]);
            inverse(i, 0) = row[0];
            inverse(i, 1) = row[1];
            inverse(i, 2) = row[2] + 0.5 * (row[0] + row[1]) - 0.5;
        }
        // Cubic: linear interpolation would soften every copy, and softness then pass for good.
        cv::warpAffine(pixels, varied, inverse, pixels.size(), cv::INTER_CUBIC | cv::WARP_INVERSE_MAP,
                       cv::BORDER_REFLECT);
        if (contrast == 1 && brightness == 1) return;
        const cv::Scalar means = cv::mean(pixels);
        double mean = 0;
        for (int i = 0; i < pixels.channels(); ++i) mean += means[i] / pixels.channels();
        varied.convertTo(varied, -1, contrast * brightness, brightness * (1 - contrast) * mean);
    });
}
