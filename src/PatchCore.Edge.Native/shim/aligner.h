#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "image.h"

namespace pce {

// Finds a piece of a reference picture in frames where it is shifted and turned. Points are continuous: pixel i covers
// i to i + 1. Finding is safe from several threads.
class Aligner : Counted {
  public:
    Aligner(const cv::Mat& reference, cv::Rect area, double pixels, double degrees);

    cv::Size size() const { return reference_.size(); }

    // Coarse to fine over a pyramid: all angles and shifts on the coarsest level, then the neighborhood of the best.
    // Writes the 2 × 3 pose and returns the similarity.
    double find(const cv::Mat& frame, double* pose) const;

    void warp(const cv::Mat& frame, const double* pose, const cv::Rect& area, cv::Mat& out) const;

  private:
    cv::Mat reference_;
    std::vector<cv::Mat> samples_;  // the template, gray, each half of the one before
    cv::Point2d center_;
    double search_pixels_;
    double search_degrees_;
};

}  // namespace pce
