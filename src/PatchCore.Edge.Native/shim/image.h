#pragma once

#include <opencv2/core.hpp>

#include "guard.h"

namespace pce {

// One 8-bit picture of 1 (gray) or 3 (BGR) channels, rows without gaps; empty until filled.
struct Image : Counted {
    cv::Mat pixels;
};

// The pixels of an image that must hold some.
const cv::Mat& filled(const Image* image, const char* what);

// Refuses what `Image` does not hold, and what a .NET span could not address.
void require_supported(const cv::Mat& pixels);

}  // namespace pce
