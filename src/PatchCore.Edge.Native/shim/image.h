#pragma once

#include <opencv2/core.hpp>

#include "guard.h"

namespace pce {

// One picture of 1 (gray) or 3 (BGR) channels of 8 or 16 bits, rows without gaps; empty until filled.
struct Image : Counted {
    cv::Mat pixels;
};

// The pixels of an image that must hold some.
const cv::Mat& filled(const Image* image, const char* what);

// The same of an image that must have 8 bits a channel.
const cv::Mat& filled_8bit(const Image* image, const char* what);

// A rectangle of the pixels, in place.
cv::Mat piece(const cv::Mat& pixels, int x, int y, int width, int height);

// Refuses what `Image` does not hold, and what a .NET span could not address.
void require_supported(const cv::Mat& pixels);

}  // namespace pce
