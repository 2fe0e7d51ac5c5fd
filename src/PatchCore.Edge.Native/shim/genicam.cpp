// Finding and opening cameras that speak GigE Vision or USB3 Vision.
#include "genicam.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace pce {

namespace {

// A service's stderr belongs to the service: what aravis has to say comes as an error or not at all. (ARV_DEBUG asks
// for it all the same.) Its assertions come without a log domain.
const auto silenced = [] {
    if (g_getenv("ARV_DEBUG") == nullptr) arv_debug_enable("all:0");
    g_log_set_handler(nullptr, G_LOG_LEVEL_MASK, [](const char*, GLogLevelFlags, const char*, void*) {}, nullptr);
    return true;
}();

// aravis keeps one list of devices by process, and hands out pointers into it.
std::mutex devices;

struct Found {
    std::string id, vendor, model, serial, address, protocol, physical;

    bool is(const std::string& wanted) const {
        return wanted == id || wanted == serial || wanted == address || wanted == physical;
    }
};

std::string clean(const char* value) {
    std::string result = value != nullptr ? value : "";
    std::replace_if(result.begin(), result.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
    return result;
}

std::string fields(const Found& found) {
    return text(found.id, '\t', found.vendor, '\t', found.model, '\t', found.serial, '\t', found.address, '\t',
                found.protocol);
}

// Asks the networks and the USB; takes about a second.
std::vector<Found> discover() {
    arv_update_device_list();
    std::vector<Found> all;
    for (unsigned i = 0; i < arv_get_n_devices(); ++i) {
        all.push_back({clean(arv_get_device_id(i)), clean(arv_get_device_vendor(i)), clean(arv_get_device_model(i)),
                       clean(arv_get_device_serial_nbr(i)), clean(arv_get_device_address(i)),
                       clean(arv_get_device_protocol(i)), clean(arv_get_device_physical_id(i))});
    }
    std::sort(all.begin(), all.end(), [](const Found& a, const Found& b) { return a.id < b.id; });
    return all;
}

std::string listed(const std::vector<Found>& all) {
    if (all.empty()) return "there is none";
    std::string result = "there are: ";
    for (size_t i = 0; i < all.size(); ++i) {
        result += text(i == 0 ? "" : ", ", all[i].id, " (serial ", all[i].serial, ", ", all[i].address, ")");
    }
    return result;
}

// What an opened camera says of itself, when it was not among those that were found.
Found introduce(ArvCamera* camera) {
    CallError ignored;
    Found found;
    found.vendor = clean(arv_camera_get_vendor_name(camera, ignored.out()));
    found.model = clean(arv_camera_get_model_name(camera, ignored.out()));
    found.serial = clean(arv_camera_get_device_serial_number(camera, ignored.out()));
    found.id = text(found.vendor, '-', found.model, found.serial.empty() ? "" : "-", found.serial);
    found.protocol = arv_camera_is_gv_device(camera) ? "GigEVision" : "USB3Vision";
    if (arv_camera_is_gv_device(camera)) {
        GSocketAddress* address = arv_gv_device_get_device_address(ARV_GV_DEVICE(arv_camera_get_device(camera)));
        const std::unique_ptr<char, GFree> numbers(
            g_inet_address_to_string(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address))));
        found.address = numbers.get();
    }
    return found;
}

bool is_address(const std::string& wanted) { return g_hostname_is_ip_address(wanted.c_str()); }

// The one camera that `wanted` means.
std::pair<Object<ArvCamera>, Found> open(const std::string& wanted) {
    CallError error;
    if (is_address(wanted)) {
        // Without a look around first: it answers at once, also from another network.
        Object<ArvCamera> camera(arv_camera_new(wanted.c_str(), error.out()));
        if (camera != nullptr) return {std::move(camera), introduce(camera.get())};
    }
    const std::vector<Found> all = discover();
    std::vector<Found> matching;
    std::copy_if(all.begin(), all.end(), std::back_inserter(matching),
                 [&](const Found& one) { return wanted.empty() || one.is(wanted); });
    if (matching.size() > 1) {
        fail(Status::Argument, "more than one camera", wanted.empty() ? "" : text(" '", wanted, "'"),
             " was found, expected an id that only one has; ", listed(matching));
    }
    const std::string id = matching.empty() ? wanted : matching[0].id;
    Object<ArvCamera> camera(id.empty() ? nullptr : arv_camera_new(id.c_str(), error.out()));  // also by user-set name
    if (camera != nullptr) {
        Found found = matching.empty() ? introduce(camera.get()) : matching[0];
        return {std::move(camera), std::move(found)};
    }
    if (!matching.empty()) fail(Status::Other, "camera ", id, " cannot be opened: ", error.message());
    fail(Status::Argument, "no camera", wanted.empty() ? "" : text(" '", wanted, "'"), " was found; ", listed(all));
}

void on_control_lost(ArvDevice*, void* camera) { static_cast<Genicam*>(camera)->lost = true; }

}  // namespace

Genicam::~Genicam() {
    if (camera == nullptr) return;
    CallError error;
    if (stream != nullptr && !lost) {
        arv_camera_stop_acquisition(camera.get(), error.out());
        lost = error.failed();
    }
    g_signal_handlers_disconnect_by_data(device(), this);
    if (!lost) {
        stream.reset();
        camera.reset();
        return;
    }
    // aravis says good-bye several times, and waits for an answer each time: 5 seconds in which nobody else shall wait.
    try {
        std::thread([kept_stream = stream.release(), kept_camera = camera.release()] {
            if (kept_stream != nullptr) g_object_unref(kept_stream);
            g_object_unref(kept_camera);
        }).detach();
    } catch (const std::system_error&) {
        // Without a thread what is left of the camera stays; the process is out of more than this.
    }
}

const char* handed_out(std::string text) {
    thread_local std::string kept;
    kept = std::move(text);
    return kept.c_str();
}

}  // namespace pce

using pce::Genicam;

// The cameras that answer, a line each: id, vendor, model, serial number, address, protocol, separated by tabs. Takes
// about a second. The text is valid until the thread's next call of this area.
PCE_EXPORT int32_t pce_genicam_list(const char** text) {
    return pce::guard(__func__, [&] {
        std::string lines;
        const std::lock_guard<std::mutex> lock(pce::devices);
        for (const auto& found : pce::discover()) lines += pce::fields(found) + '\n';
        *text = pce::handed_out(std::move(lines));
    });
}

// Opens a camera by its id, serial number, address (IP or MAC) or name, and takes control of it. An empty `wanted`
// means the only one there is.
PCE_EXPORT int32_t pce_genicam_open(const char* wanted, Genicam** out) {
    return pce::guard(__func__, [&] {
        pce::require(wanted != nullptr, "the camera's id is null");
        auto opened = std::make_unique<Genicam>();
        const std::lock_guard<std::mutex> lock(pce::devices);
        auto [camera, found] = pce::open(wanted);
        opened->camera = std::move(camera);
        opened->name = "camera " + found.id;
        opened->described = pce::fields(found);
        ArvDevice* device = opened->device();
        if (ARV_IS_GV_DEVICE(device) && !arv_gv_device_is_controller(ARV_GV_DEVICE(device))) {
            opened->lost = true;  // it does not listen to us
            pce::fail(pce::Status::Other, opened->name, " is in use: another program controls it");
        }
        g_signal_connect(device, "control-lost", G_CALLBACK(pce::on_control_lost), opened.get());
        *out = opened.release();
    });
}

PCE_EXPORT void pce_genicam_free(Genicam* camera) { delete camera; }

// The camera's line as pce_genicam_list gives it; valid as long as the camera.
PCE_EXPORT int32_t pce_genicam_describe(const Genicam* camera, const char** text) {
    return pce::guard(__func__, [&] { *text = pce::checked(camera, "camera").described.c_str(); });
}
