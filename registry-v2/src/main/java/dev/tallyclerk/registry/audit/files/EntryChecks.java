package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.command.ImagePath;
import dev.tallyclerk.internal.text.Words;
import dev.tallyclerk.registry.layer.FileCapabilities;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What names, types, modes and links of single entries show. */
final class EntryChecks {
    private static final int WRITES = 0002;
    private static final String CAPABILITY = "security.capability";

    /** The devices that every engine makes for a container itself. */
    private static final Set<String> USUAL_DEVICES = Words.set("""
            dev/console dev/full dev/null dev/ptmx dev/random dev/tty dev/urandom dev/zero
            """);

    /** Links to these only read or write what the container has anyway: logs, for example. */
    private static final Pattern HARMLESS = Pattern.compile(
            "/dev/(null|zero|full|random|urandom|tty|console|stdin|stdout|stderr|shm|ptmx|pts/ptmx|log|fd(/[0-9]+)?)"
                    + "|/proc/self/fd/[0-2]|/proc/(self/)?mounts");

    private static final Pattern SENSITIVE =
            Pattern.compile("/proc/(self|thread-self|[0-9]+)(/.*)?|/proc/sys(rq-trigger|/.*)?|/(dev|sys)/.*");

    private EntryChecks() {}

    /** A name or link that leads out of the root, which is wrong in whatever layer it is. */
    static void name(LayerEntry entry, Findings findings) {
        String raw = entry.rawPath();
        if (entry.hasParentReference()) {
            boolean isLink = entry.type() == LayerEntry.Type.HARD_LINK && !hasParentReference(entry.path());
            findings.report(
                    "FS-043",
                    0,
                    raw,
                    isLink ? "is a hard link whose target has .. in its path" : "has .. in its path",
                    isLink ? new Evidence[] {Evidence.of("target", entry.linkTarget())} : new Evidence[0]);
        } else if (entry.path().isEmpty() && entry.type() != LayerEntry.Type.DIRECTORY) {
            findings.report(
                    "FS-043", 0, raw, "is the root, but not a directory", Evidence.of("target", entry.linkTarget()));
        } else if (raw.startsWith("/") && !entry.path().isEmpty()) {
            findings.report("FS-043", Severity.INFO, 0, raw, "has an absolute name, which engines read below the root");
        }
    }

    private static boolean hasParentReference(String path) {
        return ("/" + path + "/").contains("/../");
    }

    static void device(LayerEntry entry, Findings findings) {
        boolean isDevice =
                entry.type() == LayerEntry.Type.CHARACTER_DEVICE || entry.type() == LayerEntry.Type.BLOCK_DEVICE;
        LayerEntry.Device device = entry.device().orElse(null);
        if (!isDevice || device == null || (device.major() == 0 && device.minor() == 0)) {
            return; // overlayfs has whiteouts of that number
        }
        Severity severity = USUAL_DEVICES.contains(entry.path()) ? Severity.LOW : Severity.HIGH;
        findings.report(
                "FS-042",
                severity,
                0,
                entry.path(),
                "is a " + entry.type().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                Evidence.of("device", device.major() + ":" + device.minor()));
    }

    /**
     * Looks at a file's own attributes.
     *
     * @param path the path of the file, which for a hard link is not that of the entry
     * @param file the entry with the attributes
     * @param link the entry of the path: some engines give a file the attributes of a hard link
     */
    static void attributes(String path, LayerEntry file, LayerEntry link, int layer, Findings findings) {
        switch (file.type()) {
            case FILE, HARD_LINK -> modes(path, file, link, layer, findings);
            case DIRECTORY -> {
                if ((file.mode() & WRITES) != 0 && !file.isSticky()) {
                    findings.report(
                            "FS-005", layer, path, "is a directory in which anyone can replace files", mode(file));
                }
            }
            case SYMBOLIC_LINK -> link(path, file.linkTarget(), layer, findings);
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {}
        }
    }

    private static void modes(String path, LayerEntry file, LayerEntry link, int layer, Findings findings) {
        if (file.isSetUid()) {
            findings.report("FS-001", layer, path, "runs as its owner, user " + file.uid(), mode(file));
        }
        if (file.isSetGid()) {
            findings.report("FS-002", layer, path, "runs with its group, " + file.gid(), mode(file));
        }
        LayerEntry capable = file.xattrNames().contains(CAPABILITY) ? file : link;
        if (capable.xattrNames().contains(CAPABILITY)) {
            findings.report(
                    "FS-003",
                    layer,
                    path,
                    "gets capabilities, also for users other than root",
                    Evidence.of(
                            "capabilities",
                            capable.capabilities()
                                    .map(FileCapabilities::toString)
                                    .orElse("malformed")));
        }
        LayerEntry writable = (file.mode() & WRITES) != 0 ? file : link;
        if ((writable.mode() & WRITES) != 0) {
            findings.report("FS-004", layer, path, "can be written by anyone", mode(writable));
        }
    }

    static Evidence mode(LayerEntry file) {
        return Evidence.of("mode", String.format(Locale.ROOT, "%04o", file.mode()));
    }

    private static void link(String path, String target, int layer, Findings findings) {
        if (path.startsWith("dev/")) {
            return; // engines mount a file system there
        }
        boolean isAbsolute = target.startsWith("/");
        int slash = path.lastIndexOf('/');
        String clean = ImagePath.clean(isAbsolute || slash < 0 ? target : path.substring(0, slash) + "/" + target);
        Evidence evidence = Evidence.of("target", target);
        if (SENSITIVE.matcher(clean).matches() && !HARMLESS.matcher(clean).matches()) {
            findings.report("FS-044", layer, path, "is a link to files of the kernel or of devices", evidence);
        } else if (leavesRoot(isAbsolute || slash < 0 ? "" : path.substring(0, slash), target)) {
            findings.report("FS-044", layer, path, "is a link with more .. than it is deep", evidence);
        }
    }

    /** {@return whether a link's target has more {@code ..} than there are directories at that place} */
    static boolean leavesRoot(String folder, String target) {
        int depth = 0;
        for (String name : (folder + "/" + target).split("/", -1)) {
            if (name.equals("..")) {
                depth--;
            } else if (!name.isEmpty() && !name.equals(".")) {
                depth++;
            }
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }
}
