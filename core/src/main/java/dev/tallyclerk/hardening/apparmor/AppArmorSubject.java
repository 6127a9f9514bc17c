package dev.tallyclerk.hardening.apparmor;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.apparmor.ProfileParser.ParsedProfile;
import dev.tallyclerk.hardening.source.SourceDocument;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * An AppArmor profile, child profile or hat: what a process under it may do.
 *
 * <p>Rules that deny win over rules that allow. A file that the profile includes and that cannot be read leaves open
 * what else is allowed; {@code tunables/global} and {@code abstractions/base} are known. Immutable.
 */
public final class AppArmorSubject implements Subject {
    /** The kind of a {@link SubjectRef} to a profile. */
    public static final String KIND = "apparmor";

    private static final int MAX_UNREAD = 3;

    private final SubjectRef ref;
    private final String name;
    private final Set<String> flags;
    private final Location at;
    private final List<ProfileRule> rules;
    private final List<MissingValue> unread;
    private final Map<KernelFile, ProfileRule> kernelFiles;

    private AppArmorSubject(SubjectRef ref, String file, ParsedProfile profile) {
        this.ref = ref;
        this.name = profile.name();
        this.flags = Set.copyOf(profile.flags());
        this.at = new Location.Line(file, profile.line());
        // Rules on files are many, and only a few questions are asked about them.
        this.rules = profile.rules().stream()
                .filter(rule -> !rule.kind().equals("file")
                        || rule.execution().toLowerCase(Locale.ROOT).contains("u"))
                .toList();
        this.unread = few(profile.unread().stream().distinct().toList());
        this.kernelFiles = kernelFiles(profile.rules());
    }

    /**
     * Reads the profiles of a file, with those inside of others.
     *
     * @param document the file; locations of findings begin with its name
     * @param limits the limits on it
     * @param includes gives the text of an included file by its path, absolute or relative to {@code /etc/apparmor.d};
     *     empty if it cannot be read
     * @return the profiles in order, possibly none
     * @throws MalformedSubjectException if the grammar is broken, or a limit exceeded
     */
    public static List<AppArmorSubject> parse(
            SourceDocument document, SubjectLimits limits, Function<String, Optional<String>> includes)
            throws MalformedSubjectException {
        List<AppArmorSubject> subjects = new ArrayList<>();
        Digest digest = Digest.sha256Of(document.content());
        for (ParsedProfile profile : ProfileParser.parse(document.name(), document.text(limits), includes)) {
            SubjectRef ref =
                    SubjectRef.of(KIND, document.name() + ": " + profile.name()).withDigest(digest);
            subjects.add(new AppArmorSubject(ref, document.name(), profile));
        }
        return subjects;
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    /** {@return the name, with that of the profile around it as in {@code outer//inner}} */
    public String name() {
        return name;
    }

    /** {@return the flags, such as {@code complain}; unmodifiable} */
    public Set<String> flags() {
        return flags;
    }

    Location at() {
        return at;
    }

    List<MissingValue> unread() {
        return unread;
    }

    /** {@return the rules that are not on files, or let programs run unconfined} */
    List<ProfileRule> rules() {
        return rules;
    }

    /** {@return the rules that give access to files of the kernel, and that no other rule takes away} */
    Map<KernelFile, ProfileRule> kernelFiles() {
        return kernelFiles;
    }

    /** A profile may include dozens of files, and a reader needs to know about one of them. */
    private static List<MissingValue> few(List<MissingValue> unread) {
        if (unread.size() <= MAX_UNREAD) {
            return unread;
        }
        List<MissingValue> few = new ArrayList<>(unread.subList(0, MAX_UNREAD));
        few.add(new MissingValue(
                MissingValue.Reason.SOURCE_NOT_PROVIDED,
                "and " + (unread.size() - MAX_UNREAD) + " more files, variables or conditions"));
        return List.copyOf(few);
    }

    private static Map<KernelFile, ProfileRule> kernelFiles(List<ProfileRule> rules) {
        Map<KernelFile, ProfileRule> allowed = new EnumMap<>(KernelFile.class);
        Map<KernelFile, ProfileRule> denied = new EnumMap<>(KernelFile.class);
        for (ProfileRule rule : rules) {
            if (!rule.isAbout("file")) {
                continue;
            }
            Map<KernelFile, ProfileRule> found = rule.isDeny() ? denied : allowed;
            if (rule.paths().isEmpty()) {
                for (KernelFile file : KernelFile.values()) {
                    if (rule.kind().equals("all") || rule.isAccess(file.access())) {
                        found.putIfAbsent(file, rule);
                    }
                }
            }
            for (String path : rule.paths()) {
                match(path, rule, found);
            }
        }
        denied.keySet().forEach(allowed::remove);
        return allowed;
    }

    private static void match(String path, ProfileRule rule, Map<KernelFile, ProfileRule> found) {
        String prefix = path.split("[*?\\[{\\\\]", 2)[0];
        List<KernelFile> candidates = new ArrayList<>();
        for (KernelFile file : KernelFile.values()) {
            if (file.path().startsWith(prefix) && rule.isAccess(file.access()) && !found.containsKey(file)) {
                candidates.add(file);
            }
        }
        if (candidates.isEmpty()) {
            return;
        }
        PathPattern pattern = PathPattern.of(path);
        for (KernelFile file : candidates) {
            if (pattern.isValid() ? pattern.matches(file.path()) : !rule.isDeny()) {
                found.put(file, rule);
            }
        }
    }
}
