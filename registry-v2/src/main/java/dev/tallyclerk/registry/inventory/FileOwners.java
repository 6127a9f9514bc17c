package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.OwnedPaths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which system packages brought which of some files.
 *
 * <p>Where {@code /lib} and its like are links to folders in {@code /usr}, packages list files by either path.
 */
final class FileOwners {
    private static final String USR = "usr/";

    /** The owners of the files that are asked for, by the hash of the path. */
    private final Map<Long, List<String>> owners = new HashMap<>();

    private final Map<String, Diversion> diversions = new HashMap<>();
    private final Map<String, String> divertedFrom = new HashMap<>();

    /** A file of which one package has it at its path, and all others at another. */
    private record Diversion(String to, String by) {}

    /**
     * Creates owners of files.
     *
     * @param notes the diversions
     * @param paths the files that will be asked for
     */
    FileOwners(Map<String, String> notes, Set<String> paths) {
        notes.forEach((from, toAndBy) -> {
            int end = toAndBy.indexOf('\n');
            diversions.put(from, new Diversion(toAndBy.substring(0, end), toAndBy.substring(end + 1)));
            divertedFrom.put(toAndBy.substring(0, end), from);
        });
        Set<String> all = new HashSet<>();
        paths.forEach(path -> {
            all.addAll(names(path));
            names(path).forEach(name -> all.addAll(names(divertedFrom.getOrDefault(name, name))));
        });
        all.forEach(path -> owners.put(OwnedPaths.hash(path), new ArrayList<>(1)));
    }

    private static List<String> names(String path) {
        return path.startsWith(USR) ? List.of(path, path.substring(USR.length())) : List.of(path);
    }

    /**
     * Adds the files of a database.
     *
     * @param brought the package that has them all, if the database does not know its name
     */
    void add(FileFindings database, Optional<String> brought) {
        database.owned().forEach((name, path) -> {
            String owner = brought.orElse(name);
            List<String> of = owners.get(path);
            if (of != null && !of.contains(owner)) {
                of.add(owner);
            }
        });
    }

    /** {@return the package that brought a file, if one did} */
    Optional<String> of(String path) {
        for (String name : names(path)) {
            Diversion diversion = diversions.get(name);
            String from = divertedFrom.get(name);
            Optional<String> owner;
            if (from != null) {
                Diversion back = diversions.get(from);
                owner = list(from).stream()
                        .filter(each -> back == null || !each.equals(back.by))
                        .findFirst();
            } else {
                owner = list(name).stream()
                        .filter(each -> diversion == null || each.equals(diversion.by))
                        .findFirst();
            }
            if (owner.isPresent()) {
                return owner;
            }
        }
        return Optional.empty();
    }

    private List<String> list(String path) {
        return owners.getOrDefault(OwnedPaths.hash(path), List.of());
    }
}
