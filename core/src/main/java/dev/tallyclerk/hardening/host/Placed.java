package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The files of a host that have one purpose, and what could not be looked at.
 *
 * @param place the purpose
 * @param files the files that exist
 * @param unreadable files of which the program may not know whether they exist
 * @param unlisted files that the source does not cover
 */
record Placed(Place place, List<HostFile> files, List<MissingValue> unreadable, List<MissingValue> unlisted) {
    /** Collects the files. */
    static final class Collector {
        private final Place place;
        private final Map<String, HostFile> files = new LinkedHashMap<>();
        private final List<MissingValue> unreadable = new ArrayList<>();
        private final List<MissingValue> unlisted = new ArrayList<>();

        Collector(Place place) {
            this.place = place;
        }

        Collector add(Fact<Optional<HostFile>> file) {
            if (file instanceof Fact.Missing<Optional<HostFile>> missing) {
                add(missing.why());
            } else if (file instanceof Fact.Known<Optional<HostFile>> known) {
                known.value().ifPresent(this::add);
            }
            return this;
        }

        Collector add(HostFile file) {
            // A listing without /var/run itself does not tell that it is a link to /run.
            String target = file.target();
            files.putIfAbsent(target.startsWith("/var/run/") ? target.substring("/var".length()) : target, file);
            return this;
        }

        Collector add(MissingValue missing) {
            (missing.reason() == MissingValue.Reason.SOURCE_NOT_PROVIDED ? unlisted : unreadable).add(missing);
            return this;
        }

        Placed placed() {
            return new Placed(place, List.copyOf(files.values()), List.copyOf(unreadable), List.copyOf(unlisted));
        }
    }

    /** Decides over each file. Without any, the rule does not apply if it is certain that there is none. */
    Outcome each(Function<HostFile, Outcome> decision) {
        if (files.isEmpty()) {
            List<MissingValue> missing = new ArrayList<>(unreadable);
            missing.addAll(unlisted);
            return missing.isEmpty()
                    ? Outcome.notApplicable("the host does not have " + place)
                    : new Outcome.Unknown(missing);
        }
        Outcome all = decision.apply(files.get(0));
        for (HostFile file : files.subList(1, files.size())) {
            all = Outcome.allOf(all, decision.apply(file));
        }
        return unreadable.isEmpty() ? all : Outcome.allOf(all, new Outcome.Unknown(unreadable));
    }
}
