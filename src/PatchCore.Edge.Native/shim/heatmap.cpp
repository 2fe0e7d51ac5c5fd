#include <cmath>
#include <opencv2/imgproc.hpp>

#include "image.h"

namespace pce {

namespace {

// What heat of 0..255 does to a pixel: color (BGR) mixed in by weight / 256.
struct Palette {
    uint8_t color[256][3];
    int weight[256];

    explicit Palette(float opacity) {
        // Up to JET's pure red: its last eighth darkens, and would look like the defect below it.
        cv::Mat heat(1, 256, CV_8UC1), colors;
        for (int i = 0; i < 256; ++i) heat.data[i] = static_cast<uint8_t>(i * 223 / 255);
        cv::applyColorMap(heat, colors, cv::COLORMAP_JET);
        for (int i = 0; i < 256; ++i) {
            for (int channel = 0; channel < 3; ++channel) color[i][channel] = colors.data[3 * i + channel];
            // Smoothstep: what is cold stays the natural picture, what is hot is covered.
            const float t = static_cast<float>(i) / 255.0f;
            weight[i] = static_cast<int>(std::lround(256.0f * opacity * t * t * (3.0f - 2.0f * t)));
        }
    }
};

// Heat of a map value: low and below 0, high and above 255. What is not a number counts as hot, never as good.
inline int heat_of(float value, float low, float scale) {
    const float heat = (value - low) * scale;
    return heat < 255.0f ? heat > 0.0f ? static_cast<int>(heat) : 0 : 255;
}

// As wide as the frame, at most max_width (0: as it is), and of its shape.
cv::Size scaled_down(cv::Size frame, int max_width) {
    require(max_width >= 0, "the maximum width is ", max_width);
    if (max_width == 0 || frame.width <= max_width) return frame;
    const double ratio = static_cast<double>(max_width) / frame.width;
    return cv::Size(max_width, std::max(1, static_cast<int>(std::lround(frame.height * ratio))));
}

// The anomaly map as it lies on a frame, scaled to `size`; `to_map` and `outside`, the value where the map is not, as
// below.
void lay(const float* map, int map_width, int map_height, const double* to_map, cv::Size frame, cv::Size size,
         float outside, cv::Mat& heat) {
    require(map != nullptr && map_width > 0 && map_height > 0, "a map of ", map_width, "x", map_height);
    const cv::Mat values(map_height, map_width, CV_32FC1, const_cast<float*>(map));
    if (to_map == nullptr) {
        cv::resize(values, heat, size, 0, 0, cv::INTER_LINEAR);
        return;
    }
    const double across = static_cast<double>(frame.width) / size.width;
    const double down = static_cast<double>(frame.height) / size.height;
    cv::Matx23d inverse;
    for (int i = 0; i < 2; ++i) {
        const double* row = to_map + 3 * i;
        inverse(i, 0) = row[0] * across;
        inverse(i, 1) = row[1] * down;
        inverse(i, 2) = row[2] + 0.5 * (inverse(i, 0) + inverse(i, 1)) - 0.5;
    }
    cv::warpAffine(values, heat, inverse, size, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT,
                   cv::Scalar::all(outside));
}

void require_rising(float low, float high) {
    require(std::isfinite(low) && std::isfinite(high) && low < high, "heat must rise from low to high, not from ", low,
            " to ", high);
}

}  // namespace
}  // namespace pce

// The frame, at most max_width wide (0: as it is), with the anomaly map (map_height × map_width, row-major) over it,
// colored from low to high; opacity 0..1 is that of the hottest. `to_map`, six numbers, takes points of the frame to
// points of the map (row-major 2 × 3, continuous: a pixel's center lies at one half); null stretches the map over the
// frame. `out` must be another image than `frame`.
PCE_EXPORT int32_t pce_heatmap_render(const pce::Image* frame, const float* map, int32_t map_width, int32_t map_height,
                                      const double* to_map, float low, float high, float opacity, int32_t max_width, pce::Image* out) {
    return pce::guard(__func__, [&] {
        const cv::Mat& natural = pce::filled_8bit(frame, "frame");
        cv::Mat& picture = pce::checked(out, "destination").pixels;
        pce::require(frame != out, "the heatmap cannot be rendered into its own frame");
        pce::require_rising(low, high);
        pce::require(opacity >= 0 && opacity <= 1, "opacity is 0 to 1, not ", opacity);
        const cv::Size size = pce::scaled_down(natural.size(), max_width);
        thread_local cv::Mat resized, color, heat;
        const cv::Mat* base = &natural;
        if (size != natural.size()) {
            cv::resize(natural, resized, size, 0, 0, cv::INTER_AREA);
            base = &resized;
        }
        if (base->channels() == 1) {
            cv::cvtColor(*base, color, cv::COLOR_GRAY2BGR);
            base = &color;
        }
        pce::lay(map, map_width, map_height, to_map, natural.size(), size, low, heat);
        picture.create(size, CV_8UC3);

        const pce::Palette palette(opacity);
        const float scale = 255.0f / (high - low);
        const size_t count = base->total();
        const uint8_t* from = base->data;
        const float* value = heat.ptr<float>();
        uint8_t* to = picture.data;
        for (size_t i = 0; i < count; ++i, from += 3, to += 3) {
            const int h = pce::heat_of(value[i], low, scale);
            const int weight = palette.weight[h];
            for (int channel = 0; channel < 3; ++channel)
                to[channel] = static_cast<uint8_t>(
                    (from[channel] * (256 - weight) + palette.color[h][channel] * weight + 128) >> 8);
        }
    });
}

// The anomaly map alone, as it lies on a frame of frame_width × frame_height: gray, 0 up to low, 128 at middle, 255 from
// high on and for what is not a number, linear between, rounded; at most max_width wide, and of the frame's shape.
// `to_map` as above.
PCE_EXPORT int32_t pce_heatmap_gray(const float* map, int32_t map_width, int32_t map_height, const double* to_map,
                                    int32_t frame_width, int32_t frame_height, float low, float middle, float high,
                                    int32_t max_width, pce::Image* out) {
    return pce::guard(__func__, [&] {
        cv::Mat& picture = pce::checked(out, "destination").pixels;
        pce::require(frame_width > 0 && frame_height > 0, "a frame of ", frame_width, "x", frame_height);
        pce::require_rising(low, middle);
        pce::require_rising(middle, high);
        const cv::Size frame(frame_width, frame_height);
        const cv::Size size = pce::scaled_down(frame, max_width);
        thread_local cv::Mat heat;
        pce::lay(map, map_width, map_height, to_map, frame, size, low, heat);
        picture.create(size, CV_8UC1);
        const float below = 128.0f / (middle - low), above = 127.0f / (high - middle);
        const float* value = heat.ptr<float>();
        for (size_t i = 0; i < picture.total(); ++i) {
            const float v = value[i];
            const float gray = v < middle ? (v - low) * below : 128.0f + (v - middle) * above;
            picture.data[i] = v < high ? gray > 0.0f ? static_cast<uint8_t>(gray + 0.5f) : 0 : 255;
        }
    });
}
