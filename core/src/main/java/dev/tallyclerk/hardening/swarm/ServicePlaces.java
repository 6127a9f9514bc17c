package dev.tallyclerk.hardening.swarm;

import dev.tallyclerk.hardening.Location;
import java.util.Map;

/**
 * Where the service says what a place in the translated request says.
 *
 * @param kept pointers of the request whose values are the service's own, by the service's pointers
 * @param made pointers of the request below which values were made from another form
 */
record ServicePlaces(Map<String, String> kept, Map<String, String> made) {
    private static final String SOURCE = "service";

    ServicePlaces {
        kept = Map.copyOf(kept);
        made = Map.copyOf(made);
    }

    Location locate(Location at) {
        if (!(at instanceof Location.Pointer pointer) || !pointer.source().equals("container")) {
            return at;
        }
        String below = "";
        String path = pointer.pointer();
        while (true) {
            String same = kept.get(path);
            if (same != null) {
                return new Location.Pointer(SOURCE, same + below);
            }
            String from = made.get(path);
            if (from != null) {
                return new Location.Pointer(SOURCE, from);
            }
            int slash = path.lastIndexOf('/');
            if (slash < 0) {
                return new Location.Pointer(SOURCE, ServiceTranslation.CONTAINER);
            }
            below = path.substring(slash) + below;
            path = path.substring(0, slash);
        }
    }
}
