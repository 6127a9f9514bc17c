package dev.tallyclerk.registry.internal.inventory.system;

import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the status files of dpkg and opkg.
 *
 * <p>A package counts as installed as long as its files exist: in every state but {@code not-installed} and
 * {@code config-files}. The source is the package itself, in its own version, where the field {@code Source} does not
 * say otherwise.
 *
 * @see <a href="https://manpages.debian.org/trixie/dpkg/dpkg.1.en.html#INFORMATION_ABOUT_PACKAGES">dpkg(1), package
 *     states</a>
 */
public final class DpkgStatus implements ContentReader {
    private static final Set<String> FIELDS = Set.of("package", "status", "version", "architecture", "source");
    private static final Set<String> WITHOUT_FILES = Set.of("not-installed", "config-files");
    private static final Set<String> WITH_FILES = Set.of(
            "installed", "triggers-pending", "triggers-awaited", "half-configured", "unpacked", "half-installed");

    /** The states of opkg in which a script of the package failed; its files exist. */
    private static final Set<String> FAILED = Set.of("post-inst-failed", "removal-failed");

    private final String type;
    private final boolean hasStates;

    private DpkgStatus(String type, boolean hasStates) {
        this.type = type;
        this.hasStates = hasStates;
    }

    /** {@return the reader of {@code var/lib/dpkg/status}} */
    public static DpkgStatus ofDpkg() {
        return new DpkgStatus("deb", true);
    }

    /** {@return the reader of a file in {@code var/lib/dpkg/status.d}, the packages of which have no state} */
    public static DpkgStatus ofDistroless() {
        return new DpkgStatus("deb", false);
    }

    /** {@return the reader of {@code usr/lib/opkg/status}} */
    public static DpkgStatus ofOpkg() {
        return new DpkgStatus("opkg", true);
    }

    @Override
    public void read(InputStream content, FileFindings into) throws IOException, UnreadableException {
        Stanzas stanzas = new Stanzas(content, into, FIELDS);
        for (Optional<Map<String, String>> next = stanzas.next(); next.isPresent(); next = stanzas.next()) {
            stanza(next.get(), into);
        }
    }

    private void stanza(Map<String, String> fields, FileFindings into) throws UnreadableException {
        String name = fields.getOrDefault("package", "");
        if (!isWord(name)) {
            into.malformed("a stanza does not name a package: " + name);
            return;
        }
        if (hasStates) {
            String[] state = fields.getOrDefault("status", "").split("\\s+", -1);
            String last = state.length == 3 ? state[2] : "";
            if (WITHOUT_FILES.contains(last)) {
                return;
            }
            boolean failed = type.equals("opkg") && FAILED.contains(last);
            if (!failed && !WITH_FILES.contains(last)) {
                into.malformed("the state of package " + name + " is not known: " + String.join(" ", state));
                return;
            }
        }
        String version = fields.getOrDefault("version", "");
        if (!isWord(version)) {
            into.malformed("package " + name + " has no version: " + version);
            return;
        }
        FoundPackage found =
                FoundPackage.of(type, name, version).withArchitecture(fields.getOrDefault("architecture", ""));
        into.add(withSource(found, fields.getOrDefault("source", "")));
    }

    private FoundPackage withSource(FoundPackage found, String source) {
        if (source.isEmpty()) {
            return type.equals("deb") ? found.withSource(found.name(), found.version()) : found;
        }
        int open = source.indexOf('(');
        int close = source.lastIndexOf(')');
        return open > 0 && close > open
                ? found.withSource(
                        source.substring(0, open).strip(),
                        source.substring(open + 1, close).strip())
                : found.withSource(source, found.version());
    }

    private static boolean isWord(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
