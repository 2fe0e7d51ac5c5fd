#include "aligner.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace pce {

namespace {

constexpr double Pi = 3.14159265358979323846;
constexpr int SmallestSide = 24;  // pixels of the template on the coarsest level: less has no shape left
constexpr int MostLevels = 5;
constexpr size_t Candidates = 4;  // carried down from the coarsest level
constexpr int Steps = 12;         // of a polish
constexpr double FlatDeviation = 1.0;

// A guess: the part is turned by `angle` (radians) about the template's center, and in that turned picture lies
// `shift` away, in pixels of the level at hand.
struct Guess {
    double angle = 0;
    cv::Point2d shift;
    double similarity = -2;
};

void to_gray(const cv::Mat& from, cv::Mat& gray) {
    if (from.channels() == 1)
        from.copyTo(gray);
    else
        cv::cvtColor(from, gray, cv::COLOR_BGR2GRAY);
}

// Offset of the top of a parabola through three values at -1, 0, 1.
double vertex(double before, double at, double after) {
    const double curvature = before - 2 * at + after;
    return curvature < -1e-12 ? std::clamp(0.5 * (before - after) / curvature, -0.5, 0.5) : 0;
}

// Correlation coefficient in double: what matchTemplate gives on flat ground is rounding noise.
double correlate(const cv::Mat& a, const cv::Mat& b) {
    double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
    for (int y = 0; y < a.rows; ++y) {
        const uint8_t *p = a.ptr(y), *q = b.ptr(y);
        for (int x = 0; x < a.cols; ++x) {
            sum_a += p[x];
            sum_b += q[x];
            aa += p[x] * p[x];
            bb += q[x] * q[x];
            ab += p[x] * q[x];
        }
    }
    const auto count = static_cast<double>(a.total());
    const double spread_a = aa - sum_a * sum_a / count, spread_b = bb - sum_b * sum_b / count;
    const double least = count * 1e-3;
    return spread_a < least || spread_b < least ? 0 : (ab - sum_a * sum_b / count) / std::sqrt(spread_a * spread_b);
}

// Halves both sides, dropping an odd last row or column, so that points just scale by one half.
void halve(const cv::Mat& from, cv::Mat& to) {
    const cv::Size half(from.cols / 2, from.rows / 2);
    cv::resize(from(cv::Rect(0, 0, half.width * 2, half.height * 2)), to, half, 0, 0, cv::INTER_AREA);
}

// One level of the pyramid of a frame's search area, with what is searched there.
class Level {
  public:
    Level(const cv::Mat& area, const cv::Mat& sample, cv::Point2d center)
        : area_(area), sample_(sample), center_(center) {}

    // The area turned back by an angle and shifted, `margin` pixels larger than the template on every side.
    void look(double angle, cv::Point2d shift, int margin, cv::Mat& window) const {
        const cv::Size size(sample_.cols + 2 * margin, sample_.rows + 2 * margin);
        const double c = std::cos(angle), s = std::sin(angle);
        const double x = shift.x - 0.5 * size.width + 0.5, y = shift.y - 0.5 * size.height + 0.5;
        const cv::Matx23d inverse(c, -s, center_.x + c * x - s * y - 0.5, s, c, center_.y + s * x + c * y - 0.5);
        cv::warpAffine(area_, window, inverse, size, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    }

    // The best shift within `margin` pixels at an angle, to a fraction of a pixel.
    Guess match(double angle, cv::Point2d shift, int margin) const {
        thread_local cv::Mat window, result;
        look(angle, shift, margin, window);
        cv::matchTemplate(window, sample_, result, cv::TM_CCOEFF_NORMED);
        cv::patchNaNs(result, 0);
        double best = 0;
        cv::Point at;
        cv::minMaxLoc(result, nullptr, &best, nullptr, &at);
        cv::Point2d top(at.x, at.y);
        if (at.x > 0 && at.x < result.cols - 1)
            top.x += vertex(result.at<float>(at.y, at.x - 1), best, result.at<float>(at.y, at.x + 1));
        if (at.y > 0 && at.y < result.rows - 1)
            top.y += vertex(result.at<float>(at.y - 1, at.x), best, result.at<float>(at.y + 1, at.x));
        return {angle, shift + top - cv::Point2d(margin, margin), best};
    }

    double similarity(const Guess& guess) const {
        thread_local cv::Mat window;
        look(guess.angle, guess.shift, 0, window);
        return correlate(window, sample_);
    }

    // One step of Gauss and Newton. The window's own axes are turned with the guess, so that a shift along them is the
    // gradient itself and a turn moves a pixel at v by (-v.y, v.x).
    Guess step(const Guess& guess, bool turns) const {
        thread_local cv::Mat window;
        look(guess.angle, guess.shift, 1, window);
        cv::Scalar mean, deviation, sample_mean, sample_deviation;
        cv::meanStdDev(window(cv::Rect(1, 1, sample_.cols, sample_.rows)), mean, deviation);
        cv::meanStdDev(sample_, sample_mean, sample_deviation);
        if (deviation[0] < 1e-3 || sample_deviation[0] < 1e-3) return guess;
        cv::Matx33d normal = cv::Matx33d::zeros();
        cv::Vec3d right(0, 0, 0);
        for (int y = 0; y < sample_.rows; ++y) {
            const uint8_t *above = window.ptr(y), *row = window.ptr(y + 1), *below = window.ptr(y + 2);
            const uint8_t* wanted = sample_.ptr(y);
            const double down = y + 0.5 - 0.5 * sample_.rows + guess.shift.y;
            for (int x = 0; x < sample_.cols; ++x) {
                const double across = x + 0.5 - 0.5 * sample_.cols + guess.shift.x;
                const double dx = 0.5 * (row[x + 2] - row[x]) / deviation[0];
                const double dy = 0.5 * (below[x + 1] - above[x + 1]) / deviation[0];
                const cv::Vec3d slope(dx, dy, turns ? across * dy - down * dx : 0);
                const double missing = (wanted[x] - sample_mean[0]) / sample_deviation[0] -
                                       (row[x + 1] - mean[0]) / deviation[0];
                for (int i = 0; i < 3; ++i) {
                    for (int k = i; k < 3; ++k) normal(i, k) += slope[i] * slope[k];
                    right[i] += slope[i] * missing;
                }
            }
        }
        for (int i = 0; i < 3; ++i)
            for (int k = 0; k < i; ++k) normal(i, k) = normal(k, i);
        if (!turns) normal(2, 2) = 1;
        const double least = 1e-9 * (normal(0, 0) + normal(1, 1));
        for (int i = 0; i < 3; ++i) normal(i, i) += least;
        cv::Vec3d change;
        if (!cv::solve(normal, right, change, cv::DECOMP_CHOLESKY)) return guess;
        const double reach = std::hypot(change[0], change[1]);
        const double damp = reach > 2 ? 2 / reach : 1;
        return {guess.angle + damp * std::clamp(change[2], -2 * angle_step(), 2 * angle_step()),
                guess.shift + damp * cv::Point2d(change[0], change[1]), guess.similarity};
    }

    // Angle by which a corner of the template moves about one pixel.
    double angle_step() const { return 2.0 / std::hypot(sample_.cols, sample_.rows); }

  private:
    const cv::Mat& area_;
    const cv::Mat& sample_;
    cv::Point2d center_;
};

// The best angles of the coarsest level, no two of them neighbors.
std::vector<Guess> search(const Level& level, double degrees, int margin) {
    const double limit = degrees * Pi / 180;
    const int steps = static_cast<int>(std::ceil(limit / level.angle_step()));
    std::vector<Guess> all, best;
    for (int i = -steps; i <= steps; ++i)
        all.push_back(level.match(steps == 0 ? 0 : limit * i / steps, {}, margin));
    for (size_t i = 0; i < all.size(); ++i) {
        const bool peak = (i == 0 || all[i].similarity >= all[i - 1].similarity) &&
                          (i + 1 == all.size() || all[i].similarity > all[i + 1].similarity);
        if (peak) best.push_back(all[i]);
    }
    std::sort(best.begin(), best.end(), [](const Guess& a, const Guess& b) { return a.similarity > b.similarity; });
    if (best.size() > Candidates) best.resize(Candidates);
    return best;
}

// Brings a guess to a fraction of a pixel: Gauss-Newton on the difference of the standardized pictures (Lucas and Kanade
// with gain and offset left out), as long as the similarity grows.
Guess polish(const Level& level, Guess guess, bool turns) {
    guess.similarity = level.similarity(guess);
    for (int i = 0; i < Steps; ++i) {
        Guess next = level.step(guess, turns);
        next.similarity = level.similarity(next);
        if (!(next.similarity > guess.similarity)) break;
        const bool done = next.similarity - guess.similarity < 1e-7;
        guess = next;
        if (done) break;
    }
    return guess;
}

}  // namespace

Aligner::Aligner(const cv::Mat& reference, cv::Rect area, double pixels, double degrees)
    : reference_(reference.clone()), search_pixels_(pixels), search_degrees_(degrees) {
    int levels = 1;
    while (levels < MostLevels && std::min(area.width, area.height) >> levels >= SmallestSide) ++levels;
    const int whole = 1 << (levels - 1);
    area.width -= area.width % whole;
    area.height -= area.height % whole;
    center_ = {area.x + 0.5 * area.width, area.y + 0.5 * area.height};
    samples_.resize(static_cast<size_t>(levels));
    to_gray(reference_(area), samples_[0]);
    for (size_t i = 1; i < samples_.size(); ++i) halve(samples_[i - 1], samples_[i]);
    cv::Scalar mean, deviation;
    cv::meanStdDev(samples_[0], mean, deviation);
    require(deviation[0] >= FlatDeviation, "the template is flat: its gray values deviate by ", deviation[0],
            ", expected at least ", FlatDeviation);
}

double Aligner::find(const cv::Mat& frame, double* pose) const {
    const cv::Mat& sample = samples_[0];
    const double reach = 0.5 * std::hypot(sample.cols, sample.rows) + 1.5 * search_pixels_ + 4;
    const cv::Point from(std::max(0, static_cast<int>(center_.x - reach)),
                         std::max(0, static_cast<int>(center_.y - reach)));
    const cv::Point to(std::min(frame.cols, static_cast<int>(center_.x + reach) + 1),
                       std::min(frame.rows, static_cast<int>(center_.y + reach) + 1));
    thread_local std::vector<cv::Mat> areas;
    areas.resize(samples_.size());
    to_gray(frame(cv::Rect(from, to)), areas[0]);
    for (size_t i = 1; i < areas.size(); ++i) halve(areas[i - 1], areas[i]);

    const cv::Point2d center = center_ - cv::Point2d(from);
    const auto level_at = [&](size_t i) {
        return Level(areas[i], samples_[i], center * (1.0 / static_cast<double>(size_t{1} << i)));
    };
    const bool turns = search_degrees_ > 0;
    size_t at = samples_.size() - 1;
    const int margin = static_cast<int>(std::ceil(search_pixels_ / static_cast<double>(size_t{1} << at))) + 1;
    std::vector<Guess> guesses = search(level_at(at), search_degrees_, margin);
    for (Guess& guess : guesses) guess = polish(level_at(at), guess, turns);
    for (; at > 0; --at) {
        for (Guess& guess : guesses) {
            guess.shift *= 2;
            guess = polish(level_at(at - 1), guess, turns);
        }
    }
    const Guess best = *std::max_element(
        guesses.begin(), guesses.end(), [](const Guess& a, const Guess& b) { return a.similarity < b.similarity; });

    const double c = std::cos(best.angle), s = std::sin(best.angle);
    const cv::Point2d moved = best.shift - center_;
    const double found[] = {c, -s, center_.x + c * moved.x - s * moved.y, s, c, center_.y + s * moved.x + c * moved.y};
    std::copy(std::begin(found), std::end(found), pose);
    return best.similarity;
}

void Aligner::warp(const cv::Mat& frame, const double* pose, const cv::Rect& area, cv::Mat& out) const {
    const cv::Mat ground = reference_(area);
    if (ground.type() == frame.type())
        ground.copyTo(out);
    else
        cv::cvtColor(ground, out, frame.channels() == 1 ? cv::COLOR_BGR2GRAY : cv::COLOR_GRAY2BGR);
    cv::Matx23d inverse;
    for (int i = 0; i < 2; ++i) {
        const double* row = pose + 3 * i;
        inverse(i, 0) = row[0];
        inverse(i, 1) = row[1];
        inverse(i, 2) = row[2] + row[0] * (area.x + 0.5) + row[1] * (area.y + 0.5) - 0.5;
    }
    cv::warpAffine(frame, out, inverse, area.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_TRANSPARENT);
}

}  // namespace pce

using pce::Aligner;

// Remembers a reference picture and the rectangle of it that is searched in frames: at most `pixels` away along either
// axis and turned by at most `degrees` either way.
PCE_EXPORT int32_t pce_aligner_create(const pce::Image* reference, int32_t x, int32_t y, int32_t width, int32_t height,
                                      double pixels, double degrees, Aligner** out) {
    return pce::guard(__func__, [&] {
        const cv::Mat& picture = pce::filled_8bit(reference, "reference");
        pce::piece(picture, x, y, width, height);
        pce::require(width >= 16 && height >= 16, "a template of ", width, "x", height, ", expected 16x16 or more");
        pce::require(pixels >= 0 && pixels <= 4096, "a search of ", pixels, " pixels, expected 0 to 4096");
        pce::require(degrees >= 0 && degrees <= 180, "a search of ", degrees, " degrees, expected 0 to 180");
        *out = new Aligner(picture, cv::Rect(x, y, width, height), pixels, degrees);
    });
}

PCE_EXPORT void pce_aligner_free(Aligner* aligner) { delete aligner; }

// Where the part lies: `pose`, six numbers, takes points of the reference to points of the frame (row-major 2 × 3,
// continuous: a pixel's center lies at one half). The similarity is the correlation coefficient there, -1 to 1.
PCE_EXPORT int32_t pce_aligner_find(const Aligner* aligner, const pce::Image* frame, double* pose,
                                    double* similarity) {
    return pce::guard(__func__, [&] {
        const Aligner& finder = pce::checked(aligner, "aligner");
        const cv::Mat& picture = pce::filled_8bit(frame, "frame");
        pce::require(picture.size() == finder.size(), "the frame is ", picture.cols, "x", picture.rows,
                     ", expected the reference's ", finder.size().width, "x", finder.size().height);
        *similarity = finder.find(picture, pose);
    });
}

// A rectangle of the reference as the frame shows it; what lies outside the frame is the reference's own.
PCE_EXPORT int32_t pce_aligner_warp(const Aligner* aligner, const pce::Image* frame, const double* pose, int32_t x,
                                    int32_t y, int32_t width, int32_t height, pce::Image* out) {
    return pce::guard(__func__, [&] {
        const Aligner& finder = pce::checked(aligner, "aligner");
        const cv::Mat& picture = pce::filled_8bit(frame, "frame");
        pce::require(picture.size() == finder.size(), "the frame has not the reference's size");
        pce::require(frame != out, "a frame cannot be warped into itself");
        pce::piece(picture, x, y, width, height);
        finder.warp(picture, pose, cv::Rect(x, y, width, height), pce::checked(out, "destination").pixels);
    });
}
