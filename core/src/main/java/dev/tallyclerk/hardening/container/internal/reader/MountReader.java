package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.Mount.Kind;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.subject.Facts;
import dev.tallyclerk.internal.subject.JsonFacts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Merges the mounts that were requested (Binds and Mounts of HostConfig) with those that the engine lists (Mounts;
 * Volumes and VolumesRW before API 1.20).
 */
final class MountReader {
    private final ContainerDocument document;
    private final List<Mount> asked = new ArrayList<>();
    private final List<Mount> listed = new ArrayList<>();
    private final List<MissingValue> gaps = new ArrayList<>();

    private MountReader(ContainerDocument document) {
        this.document = document;
    }

    static Listing<Mount> read(ContainerDocument document) {
        MountReader reader = new MountReader(document);
        reader.readAsked();
        reader.readListed();
        reader.readOverlays();
        return new Listing<>(reader.merged(), reader.gaps, Location.pointer(ContainerDocument.SOURCE, "Mounts"));
    }

    private void readAsked() {
        boolean isWhole = !document.isInspect();
        Fact<List<String>> binds = document.host(List.of(), JsonCursor::strings, "Binds");
        addAll(binds, isWhole, (bind, at) -> asked.add(BindSpec.parse(bind, at)));
        Fact<List<JsonCursor>> mounts = document.host(List.of(), JsonCursor::elements, "Mounts");
        addAll(
                mounts,
                isWhole,
                (mount, at) -> asked.addAll(MountElement.of(mount, at).asked()));
        if (isWhole) {
            addGap(
                    document.host(List.of(), JsonCursor::strings, "VolumesFrom"),
                    "the mounts of VolumesFrom are unknown");
        }
    }

    /** Podman records an overlay over a host folder only in the command that created the container. */
    private void readOverlays() {
        Fact<List<String>> command = document.config(List.of(), JsonCursor::strings, "CreateCommand");
        if (!document.isPodman() || !(command instanceof Fact.Known<List<String>> known)) {
            return;
        }
        for (int i = 0; i < known.value().size(); i++) {
            String word = known.value().get(i);
            int equals = word.indexOf('=');
            Location place = known.at().child(Integer.toString(i));
            if (word.matches("--volume|-[A-Za-z]*v") && i + 1 < known.value().size()) {
                addOverlay(known.value().get(i + 1), known.at().child(Integer.toString(i + 1)));
            } else if (word.startsWith("--volume=") || (word.startsWith("-v") && equals == 2)) {
                addOverlay(word.substring(equals + 1), place);
            } else if (word.startsWith("-v")) {
                addOverlay(word.substring(2), place);
            }
        }
    }

    private void addOverlay(String spec, Location at) {
        if (Arrays.asList(spec.substring(spec.lastIndexOf(':') + 1).split(",", -1))
                .contains("O")) {
            Mount mount = BindSpec.parse(spec, at);
            // Writes do not change the folder itself.
            listed.add(new Mount(
                    mount.kind(), mount.source(), mount.destination(), Fact.known(false, at), mount.propagation(), at));
        }
    }

    private void readListed() {
        if (!document.isInspect()) {
            return;
        }
        Fact<List<JsonCursor>> mounts = document.top(List.of(), JsonCursor::elements, "Mounts");
        Fact<Map<String, String>> volumes = document.top(Map.of(), Readings::strings, "Volumes");
        if (Facts.isAbsent(mounts) && volumes instanceof Fact.Known<Map<String, String>> known) {
            readVolumes(known);
        } else {
            addAll(
                    mounts,
                    true,
                    (mount, at) -> listed.add(MountElement.of(mount, at).listed()));
        }
    }

    /** Before API 1.20: the host path by the path in the container, for binds and volumes alike. */
    private void readVolumes(Fact.Known<Map<String, String>> volumes) {
        Fact<JsonCursor> writable = document.top(document.root(), at -> at, "VolumesRW");
        Set<String> places = asked.stream().map(Mount::destination).collect(Collectors.toSet());
        // In a stable order, whatever the map's is.
        new TreeMap<>(volumes.value()).forEach((destination, source) -> {
            Location place = volumes.at().child(destination);
            listed.add(new Mount(
                    places.contains(destination) || !isEngines(source) ? Kind.BIND : Kind.VOLUME,
                    Fact.known(source, place),
                    destination,
                    flag(writable, destination),
                    Fact.defaulted("", "engines before API 1.20 support only private propagation", place),
                    place));
        });
    }

    private static boolean isEngines(String source) {
        return source.contains("/docker/volumes/") || source.contains("/docker/vfs/dir/");
    }

    private static Fact<Boolean> flag(Fact<JsonCursor> flags, String name) {
        return flags.<Fact<Boolean>>fold(
                (at, place) -> at.value() instanceof JsonObject
                        ? JsonFacts.of(ContainerDocument.SOURCE, at).value(JsonCursor::bool, name)
                        : Fact.missing(MissingValue.Reason.UNREADABLE, place + " is not an object"),
                assumed -> Fact.missing(MissingValue.Reason.KEY_MISSING, assumed.why()),
                missing -> Fact.missing(missing.reason(), missing.what()));
    }

    private interface Adder<T> {
        void add(T element, Location at) throws JsonException;
    }

    private <T> void addAll(Fact<List<T>> list, boolean isNeeded, Adder<T> adder) {
        Optional<MissingValue> gap = list.<Optional<MissingValue>>fold(
                (elements, at) -> {
                    for (int i = 0; i < elements.size(); i++) {
                        Location place = at.child(Integer.toString(i));
                        try {
                            adder.add(elements.get(i), place);
                        } catch (JsonException e) {
                            gaps.add(new MissingValue(MissingValue.Reason.UNREADABLE, place + ": " + e.detail()));
                        }
                    }
                    return Optional.empty();
                },
                assumed -> Optional.empty(),
                missing -> Optional.of(missing.why()));
        gap.filter(missing -> isNeeded || missing.reason() == MissingValue.Reason.UNREADABLE)
                .ifPresent(gaps::add);
    }

    private void addGap(Fact<List<String>> list, String what) {
        if (!Facts.isKnown(list, List::isEmpty)) {
            gaps.add(new MissingValue(MissingValue.Reason.SOURCE_NOT_PROVIDED, what));
        }
    }

    /** A mount that is both requested and listed is one; if the two differ in kind or source, both are judged. */
    private List<Mount> merged() {
        Wishes wishes = new Wishes(asked);
        List<Mount> out = new ArrayList<>();
        for (Mount mount : listed) {
            Optional<Mount> same = mount.destination().isEmpty() ? Optional.empty() : wishes.take(mount);
            out.add(same.map(wish -> both(mount, wish)).orElse(mount));
        }
        out.addAll(wishes.left());
        return out;
    }

    private static Mount both(Mount mount, Mount wish) {
        return new Mount(
                mount.kind(),
                known(mount.source(), wish.source()),
                mount.destination(),
                known(mount.writable(), wish.writable()),
                known(mount.propagation(), wish.propagation()),
                wish.at());
    }

    /**
     * Requested mounts that were not yet found in the list, indexed by destination and source, because there may be
     * many of both.
     */
    private static final class Wishes {
        private static final String OPEN = "?";

        private final List<Mount> all;
        private final boolean[] taken;
        private final Map<String, Deque<Integer>> bySource = new HashMap<>();
        private final Map<String, Deque<Integer>> byPlace = new HashMap<>();

        Wishes(List<Mount> all) {
            this.all = List.copyOf(all);
            this.taken = new boolean[all.size()];
            for (int i = 0; i < taken.length; i++) {
                String place = place(this.all.get(i));
                byPlace.computeIfAbsent(place, key -> new ArrayDeque<>()).add(i);
                bySource.computeIfAbsent(place + source(this.all.get(i)), key -> new ArrayDeque<>())
                        .add(i);
            }
        }

        private static String place(Mount mount) {
            return mount.kind() + " " + HostPath.of(mount.destination()).text() + "\0";
        }

        /** The engine replaces a volume's name by a path, so only the sources of binds can be compared. */
        private static String source(Mount mount) {
            return mount.kind() != Kind.BIND
                    ? OPEN
                    : mount.source().fold((path, at) -> HostPath.of(path).text(), assumed -> OPEN, missing -> OPEN);
        }

        Optional<Mount> take(Mount mount) {
            String place = place(mount);
            String source = source(mount);
            if (source.equals(OPEN)) {
                return first(byPlace.get(place));
            }
            Optional<Mount> exact = first(bySource.get(place + source));
            return exact.isPresent() ? exact : first(bySource.get(place + OPEN));
        }

        private Optional<Mount> first(@Nullable Deque<Integer> candidates) {
            while (candidates != null && !candidates.isEmpty()) {
                int candidate = candidates.remove();
                if (!taken[candidate]) {
                    taken[candidate] = true;
                    return Optional.of(all.get(candidate));
                }
            }
            return Optional.empty();
        }

        List<Mount> left() {
            return IntStream.range(0, taken.length)
                    .filter(i -> !taken[i])
                    .mapToObj(all::get)
                    .toList();
        }
    }

    private static <T> Fact<T> known(Fact<T> first, Fact<T> second) {
        return first instanceof Fact.Missing<T> ? second : first;
    }
}
