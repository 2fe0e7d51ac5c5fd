// The features of a GenICam camera by name, and what every camera has under names of its own.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

#include "genicam.h"

namespace pce {

namespace {

enum class Kind { Integer, Float, Boolean, Enumeration, String, Command };

// As GenicamFeatureKind in C# has them, without case.
constexpr const char* kind_names[] = {"wholenumber", "number", "boolean", "enumeration", "text", "command"};

std::string number(double value) {
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    return g_ascii_dtostr(digits, sizeof digits, value);  // the shortest that reads back the same, in no locale
}

// One feature of one camera.
class Feature {
  public:
    Feature(Genicam& camera, const char* name)
        : camera_(camera), what_(text("feature '", name, "' of ", camera.name)) {
        node_ = find(camera, name);
        if (node_ == nullptr) fail(Status::Argument, camera.name, " has no feature '", name, "'");
        if (ARV_IS_GC_ENUMERATION(node_)) kind_ = Kind::Enumeration;
        else if (ARV_IS_GC_BOOLEAN(node_)) kind_ = Kind::Boolean;
        else if (ARV_IS_GC_COMMAND(node_)) kind_ = Kind::Command;
        else if (ARV_IS_GC_INTEGER(node_)) kind_ = Kind::Integer;
        else if (ARV_IS_GC_FLOAT(node_)) kind_ = Kind::Float;
        else if (ARV_IS_GC_STRING(node_)) kind_ = Kind::String;
        else fail(Status::Argument, what_, " has no value");
    }

    // Null when the camera has none of that name, or not now.
    static ArvGcNode* find(const Genicam& camera, const char* name) {
        ArvGcNode* node = arv_device_get_feature(camera.device(), name);
        CallError ignored;
        if (!ARV_IS_GC_FEATURE_NODE(node)) return nullptr;
        return arv_gc_feature_node_is_implemented(ARV_GC_FEATURE_NODE(node), ignored.out()) ? node : nullptr;
    }

    Kind kind() const { return kind_; }

    bool writable() const {
        CallError ignored;
        return arv_gc_feature_node_get_actual_access_mode(feature()) != ARV_GC_ACCESS_MODE_RO &&
               !arv_gc_feature_node_is_locked(feature(), ignored.out());
    }

    std::string value() const {
        if (kind_ == Kind::Command) return "";
        CallError error;
        std::string result;
        switch (kind_) {
            case Kind::Integer:
                result = std::to_string(arv_gc_integer_get_value(ARV_GC_INTEGER(node_), error.out()));
                break;
            case Kind::Float:
                result = number(arv_gc_float_get_value(ARV_GC_FLOAT(node_), error.out()));
                break;
            case Kind::Boolean:
                result = arv_gc_boolean_get_value(ARV_GC_BOOLEAN(node_), error.out()) ? "true" : "false";
                break;
            default: {
                const char* value = kind_ == Kind::Enumeration
                    ? arv_gc_enumeration_get_string_value(ARV_GC_ENUMERATION(node_), error.out())
                    : arv_gc_string_get_value(ARV_GC_STRING(node_), error.out());
                result = value != nullptr ? value : "";
            }
        }
        error.check(what_, " cannot be read");
        return result;
    }

    // Kind, "rw" or "ro", value, minimum, maximum, increment, entries (separated by '|'); what it has not is empty.
    std::string described() const {
        const char* access = writable() ? "rw" : "ro";
        std::string result = text(kind_names[static_cast<int>(kind_)], '\t', access, '\t', value(), '\t');
        if (kind_ == Kind::Integer) {
            const auto [low, high, step] = integer_range();
            return result + text(low, '\t', high, '\t', step, '\t');
        }
        if (kind_ == Kind::Float) {
            const auto [low, high] = float_range();
            return result + text(number(low), '\t', number(high), "\t\t");
        }
        result += "\t\t\t";
        if (kind_ == Kind::Enumeration) {
            for (const std::string& entry : entries()) result += (result.back() == '\t' ? "" : "|") + entry;
        }
        return result;
    }

    void set(const char* value) const {
        CallError error;
        if (!arv_gc_feature_node_is_available(feature(), error.out()) || !writable())
            fail(Status::Argument, what_, " cannot be set", error.failed() ? text(": ", error.message()) : " (now)");
        switch (kind_) {
            case Kind::Integer: arv_gc_integer_set_value(ARV_GC_INTEGER(node_), integer(value), error.out()); break;
            case Kind::Float: arv_gc_float_set_value(ARV_GC_FLOAT(node_), real(value), error.out()); break;
            case Kind::Boolean: arv_gc_boolean_set_value(ARV_GC_BOOLEAN(node_), truth(value), error.out()); break;
            case Kind::Enumeration:
                arv_gc_enumeration_set_string_value(ARV_GC_ENUMERATION(node_), entry(value), error.out());
                break;
            case Kind::String: arv_gc_string_set_value(ARV_GC_STRING(node_), value, error.out()); break;
            case Kind::Command:
                if (std::strcmp(value, "execute") != 0) refuse(value, "execute (it is a command)");
                arv_gc_command_execute(ARV_GC_COMMAND(node_), error.out());
        }
        if (error.timed_out()) camera_.lost = true;  // so that nothing waits for it again
        if (kind_ == Kind::Command) error.check(what_, " cannot be executed");
        error.check(what_, " cannot be set to '", value, "'");
    }

  private:
    ArvGcFeatureNode* feature() const { return ARV_GC_FEATURE_NODE(node_); }

    [[noreturn]] void refuse(const char* found, const std::string& expected) const {
        fail(Status::Argument, what_, ": found '", found, "', expected ", expected);
    }

    std::tuple<int64_t, int64_t, int64_t> integer_range() const {
        ArvGcInteger* integer = ARV_GC_INTEGER(node_);
        CallError error;
        const int64_t low = arv_gc_integer_get_min(integer, error.out());
        error.check(what_, " tells no minimum");
        const int64_t high = arv_gc_integer_get_max(integer, error.out());
        error.check(what_, " tells no maximum");
        const int64_t step = arv_gc_integer_get_inc(integer, error.out());
        return {low, high, error.failed() || step < 1 ? 1 : step};
    }

    std::pair<double, double> float_range() const {
        CallError error;
        const double low = arv_gc_float_get_min(ARV_GC_FLOAT(node_), error.out());
        error.check(what_, " tells no minimum");
        const double high = arv_gc_float_get_max(ARV_GC_FLOAT(node_), error.out());
        error.check(what_, " tells no maximum");
        return {std::min(low, high), std::max(low, high)};  // a reciprocal turns them round
    }

    std::vector<std::string> entries() const {
        CallError error;
        unsigned count = 0;
        const Names names(
            arv_gc_enumeration_dup_available_string_values(ARV_GC_ENUMERATION(node_), &count, error.out()));
        error.check(what_, " tells no values");
        return {names.get(), names.get() + (names != nullptr ? count : 0)};
    }

    int64_t integer(const char* value) const {
        const auto [low, high, step] = integer_range();
        const bool hexadecimal = std::strncmp(value, "0x", 2) == 0;
        const char* first = value + (hexadecimal ? 2 : 0);
        const char* last = value + std::strlen(value);
        int64_t result = 0;
        const auto [end, failure] = std::from_chars(first, last, result, hexadecimal ? 16 : 10);
        if (failure != std::errc() || end != last || result < low || result > high || (result - low) % step != 0) {
            refuse(value, text("a whole number from ", low, " to ", high, step > 1 ? text(" in steps of ", step) : ""));
        }
        return result;
    }

    double real(const char* value) const {
        const auto [low, high] = float_range();
        char* end = nullptr;
        const double result = g_ascii_strtod(value, &end);
        if (*value == '\0' || *end != '\0' || !(result >= low && result <= high))
            refuse(value, text("a number from ", number(low), " to ", number(high)));
        return result;
    }

    bool truth(const char* value) const {
        const bool yes = g_ascii_strcasecmp(value, "true") == 0 || std::strcmp(value, "1") == 0;
        if (!yes && g_ascii_strcasecmp(value, "false") != 0 && std::strcmp(value, "0") != 0)
            refuse(value, "true or false");
        return yes;
    }

    const char* entry(const char* value) const {
        std::string expected;
        for (const std::string& one : entries()) {
            if (one == value) return value;
            expected += (expected.empty() ? "one of " : ", ") + one;
        }
        refuse(value, expected.empty() ? "nothing: it has no value now" : expected);
    }

    Genicam& camera_;
    std::string what_;
    ArvGcNode* node_;
    Kind kind_;
};

// What cameras have under several names, and with switches that differ: aravis knows them.
struct Control {
    const char* what;
    gboolean (*available)(ArvCamera*, GError**);
    void (*bounds)(ArvCamera*, double*, double*, GError**);
    void (*set)(ArvCamera*, double, GError**);
    gboolean (*auto_available)(ArvCamera*, GError**);
    void (*set_auto)(ArvCamera*, ArvAuto, GError**);
};

constexpr Control controls[] = {
    {"exposure time in microseconds", arv_camera_is_exposure_time_available, arv_camera_get_exposure_time_bounds,
     arv_camera_set_exposure_time, arv_camera_is_exposure_auto_available, arv_camera_set_exposure_time_auto},
    {"gain", arv_camera_is_gain_available, arv_camera_get_gain_bounds, arv_camera_set_gain,
     arv_camera_is_gain_auto_available, arv_camera_set_gain_auto},
    {"frame rate", arv_camera_is_frame_rate_available, arv_camera_get_frame_rate_bounds, arv_camera_set_frame_rate,
     nullptr, nullptr},
};

void set_control(Genicam& camera, const Control& control, double value) {
    CallError error;
    ArvCamera* device = camera.camera.get();
    if (!control.available(device, error.out())) fail(Status::Argument, camera.name, " has no ", control.what);
    if (control.auto_available != nullptr && control.auto_available(device, error.out())) {
        control.set_auto(device, ARV_AUTO_OFF, error.out());
        error.check("the automatic ", control.what, " of ", camera.name, " cannot be switched off");
    }
    double low = 0, high = 0;
    control.bounds(device, &low, &high, error.out());
    error.check("the ", control.what, " of ", camera.name, " has no known range");
    // The bounds that a rate has come from those of a period, with what rounding did to them.
    const double slack = 1e-9 * std::abs(value);
    require(value >= std::min(low, high) - slack && value <= std::max(low, high) + slack, "the ", control.what, " of ",
            camera.name, ": found ", number(value), ", expected ", number(std::min(low, high)), " to ",
            number(std::max(low, high)));
    control.set(device, value, error.out());
    error.check("the ", control.what, " of ", camera.name, " cannot be set to ", number(value));
}

}  // namespace
}  // namespace pce

using pce::Genicam;

// The value of a feature as text: numbers with a point, "true" or "false", an entry's name; nothing for a command.
PCE_EXPORT int32_t pce_genicam_get(Genicam* camera, const char* feature, const char** value) {
    return pce::guard(__func__, [&] {
        const std::lock_guard<std::mutex> lock(pce::checked(camera, "camera").control);
        *value = pce::handed_out(pce::Feature(*camera, feature).value());
    });
}

// A feature's kind, "rw" or "ro", value, minimum, maximum, increment and entries (separated by '|'), separated by
// tabs; empty when the camera has no such feature.
PCE_EXPORT int32_t pce_genicam_inspect(Genicam* camera, const char* feature, const char** text) {
    return pce::guard(__func__, [&] {
        const std::lock_guard<std::mutex> lock(pce::checked(camera, "camera").control);
        const bool there = pce::Feature::find(*camera, feature) != nullptr;
        *text = pce::handed_out(there ? pce::Feature(*camera, feature).described() : "");
    });
}

// Sets a feature from text as pce_genicam_get gives it (integers also as 0x…), or executes a command: "execute". What
// the feature does not take is refused with what it takes.
PCE_EXPORT int32_t pce_genicam_set(Genicam* camera, const char* feature, const char* value) {
    return pce::guard(__func__, [&] {
        pce::require(feature != nullptr && value != nullptr, "the feature or its value is null");
        const std::lock_guard<std::mutex> lock(pce::checked(camera, "camera").control);
        pce::Feature(*camera, feature).set(value);
    });
}

// Sets the exposure time (0, microseconds), gain (1, the camera's unit) or frame rate (2, frames a second), whatever
// the camera calls it, and takes it out of automatic control.
PCE_EXPORT int32_t pce_genicam_set_control(Genicam* camera, int32_t control, double value) {
    return pce::guard(__func__, [&] {
        pce::require(control >= 0 && control < 3, "there is no control ", control);
        const std::lock_guard<std::mutex> lock(pce::checked(camera, "camera").control);
        pce::set_control(*camera, pce::controls[control], value);
    });
}
