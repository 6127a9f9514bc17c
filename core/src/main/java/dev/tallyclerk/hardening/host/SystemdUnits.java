package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds system units as systemd does: in the order of its search path, with drop-ins, links and masks.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html">systemd.unit</a>
 */
final class SystemdUnits {
    private static final List<String> SEARCH_PATH = Words.list("""
            /etc/systemd/system.control /run/systemd/system.control /run/systemd/transient
            /run/systemd/generator.early /etc/systemd/system /etc/systemd/system.attached /run/systemd/system
            /run/systemd/system.attached /run/systemd/generator /usr/local/lib/systemd/system
            /usr/lib/systemd/system /lib/systemd/system /run/systemd/generator.late
            """);

    private static final int MAX_DROP_INS = 500;

    private final HostTree tree;

    SystemdUnits(HostTree tree) {
        this.tree = tree;
    }

    /**
     * A unit with its drop-ins.
     *
     * @param name the name, such as {@code docker.service}
     * @param files the unit file and its drop-ins in the order of reading; none if there is no such unit
     * @param isMasked whether it is linked to {@code /dev/null}, and so cannot start
     * @param missing what could not be looked at, and may change the unit
     * @param settings the settings of all files
     */
    record Unit(
            String name, List<HostFile> files, boolean isMasked, List<MissingValue> missing, UnitSettings settings) {}

    /** {@return the unit of a name} */
    Unit unit(String name) {
        List<MissingValue> unlisted = new ArrayList<>();
        List<MissingValue> missing = new ArrayList<>();
        Optional<HostFile> fragment = Optional.empty();
        boolean isMasked = false;
        for (String folder : SEARCH_PATH) {
            String path = folder + "/" + name;
            Fact<Optional<HostFile>> itself = tree.link(path);
            if (itself instanceof Fact.Missing<Optional<HostFile>> unknown) {
                (isUnlisted(unknown) ? unlisted : missing).add(unknown.why());
                continue;
            }
            if (found(itself).filter(file -> file.entry().isMask()).isPresent()) {
                isMasked = true;
                break;
            }
            Fact<Optional<HostFile>> target = tree.file(path);
            if (target instanceof Fact.Missing<Optional<HostFile>> unknown) {
                (isUnlisted(unknown) ? unlisted : missing).add(unknown.why());
            }
            fragment = found(target);
            if (fragment.isPresent()) {
                break;
            }
        }
        List<HostFile> files = new ArrayList<>();
        UnitSettings settings = new UnitSettings();
        if (fragment.isPresent()) {
            read(fragment.get(), files, settings, missing);
            dropIns(name, missing).forEach(file -> read(file, files, settings, missing));
        } else if (!isMasked) {
            // A listing need not have every folder of the search path, but then the unit may be in one of them.
            missing.addAll(unlisted);
        }
        return new Unit(name, List.copyOf(files), isMasked, List.copyOf(missing), settings);
    }

    private void read(HostFile file, List<HostFile> files, UnitSettings settings, List<MissingValue> missing) {
        files.add(file);
        tree.text(file.path())
                .fold(
                        (text, at) -> {
                            text.ifPresent(settings::read);
                            return true;
                        },
                        assumed -> true,
                        unknown -> {
                            settings.setIncomplete(unknown.why());
                            // The mode and owner of a listed file are known without its text.
                            return isUnlisted(unknown) || missing.add(unknown.why());
                        });
    }

    /** Drop-ins apply in the order of their names, whatever their folder; the first folder that has a name counts. */
    private List<HostFile> dropIns(String name, List<MissingValue> missing) {
        Map<String, Optional<HostFile>> byName = new TreeMap<>();
        for (String folderName : dropInFolders(name)) {
            for (String folder : SEARCH_PATH) {
                String path = folder + "/" + folderName;
                Fact<List<String>> names = tree.names(path);
                if (names instanceof Fact.Missing<List<String>> unknown && !isUnlisted(unknown)) {
                    missing.add(unknown.why());
                } else if (names instanceof Fact.Known<List<String>> known) {
                    known.value().stream()
                            .filter(file -> file.endsWith(".conf") && byName.size() < MAX_DROP_INS)
                            .forEach(file -> byName.computeIfAbsent(file, key -> dropIn(path + "/" + key, missing)));
                }
            }
        }
        return byName.values().stream().flatMap(Optional::stream).toList();
    }

    private Optional<HostFile> dropIn(String path, List<MissingValue> missing) {
        Fact<Optional<HostFile>> itself = tree.link(path);
        if (found(itself).filter(file -> file.entry().isMask()).isPresent()) {
            return Optional.empty();
        }
        Fact<Optional<HostFile>> target = tree.file(path);
        if (target instanceof Fact.Missing<Optional<HostFile>> unknown) {
            missing.add(unknown.why());
        }
        return found(target);
    }

    /**
     * The folders of drop-ins, the most specific first: {@code a-b.service.d}, {@code a-.service.d}, {@code service.d}.
     */
    private static List<String> dropInFolders(String name) {
        int dot = name.lastIndexOf('.');
        Map<String, Boolean> folders = new LinkedHashMap<>();
        folders.put(name + ".d", true);
        String stem = name.substring(0, dot);
        for (int dash = stem.lastIndexOf('-'); dash > 0; dash = stem.lastIndexOf('-', dash - 1)) {
            folders.put(stem.substring(0, dash + 1) + name.substring(dot) + ".d", true);
        }
        folders.put(name.substring(dot + 1) + ".d", true);
        return List.copyOf(folders.keySet());
    }

    private static boolean isUnlisted(Fact.Missing<?> missing) {
        return missing.reason() == MissingValue.Reason.SOURCE_NOT_PROVIDED;
    }

    private static Optional<HostFile> found(Fact<Optional<HostFile>> file) {
        return file instanceof Fact.Known<Optional<HostFile>> known ? known.value() : Optional.empty();
    }
}
