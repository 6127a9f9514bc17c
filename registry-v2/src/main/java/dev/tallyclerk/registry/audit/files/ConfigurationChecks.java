package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What configuration files of the system show. */
final class ConfigurationChecks {
    private static final List<String> SSHD = List.of("etc/ssh/sshd_config", "usr/etc/ssh/sshd_config");
    private static final List<String> SSHD_FOLDERS = List.of("etc/ssh/sshd_config.d", "usr/etc/ssh/sshd_config.d");

    private final ContentFiles contents;
    private final Findings findings;

    private ConfigurationChecks(ContentFiles contents, Findings findings) {
        this.contents = contents;
        this.findings = findings;
    }

    static void look(ContentFiles contents, Findings findings) {
        ConfigurationChecks checks = new ConfigurationChecks(contents, findings);
        checks.sshd();
        checks.preload();
        checks.authorizedKeys();
        RepositoryChecks.look(contents, findings);
        SudoChecks.look(contents, findings);
    }

    private void sshd() {
        List<ContentFile> files = contents.files(SSHD, SSHD_FOLDERS);
        if (files.isEmpty()) {
            findings.notApplicable("FS-028", "the image has no configuration of sshd");
        }
        boolean hasMain = false;
        for (String path : SSHD) {
            ContentFile file = contents.at(path);
            if (file != null) {
                sshd(file, new HashSet<>());
                hasMain = true;
            }
        }
        if (!hasMain) {
            Set<String> seen = new HashSet<>();
            SSHD_FOLDERS.forEach(folder -> included(folder, seen));
        }
    }

    /**
     * sshd_config(5): of each keyword the first value counts, except in Match blocks.
     *
     * @param seen the keywords that have a value
     */
    private void sshd(ContentFile file, Set<String> seen) {
        if (!findings.isRead(file, "FS-028")) {
            return;
        }
        boolean inMatch = false;
        int number = 0;
        for (String text : file.lines()) {
            number++;
            String line = text.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("[\\s=]+", 3);
            String keyword = words[0].toLowerCase(Locale.ROOT);
            if (keyword.equals("include") && words.length > 1) {
                include(file, line.substring(keyword.length()), seen);
                continue;
            }
            inMatch |= keyword.equals("match");
            if (words.length < 2 || (!inMatch && !seen.add(keyword))) {
                continue;
            }
            boolean isYes = words[1].replace("\"", "").equalsIgnoreCase("yes");
            if (isYes && keyword.equals("permitrootlogin")) {
                report("FS-028", file, number, "lets root log in with a password");
            } else if (isYes && keyword.equals("permitemptypasswords")) {
                report("FS-028", file, number, "lets accounts without a password log in");
            }
        }
    }

    /** Reads what is included where the line is; an included file includes nothing from other places. */
    private void include(ContentFile file, String patterns, Set<String> seen) {
        for (String pattern : patterns.strip().replace("\"", "").split("\\s+", -1)) {
            String path = pattern.startsWith("/") ? pattern.substring(1) : "etc/ssh/" + pattern;
            String folder = path.substring(0, Math.max(path.lastIndexOf('/'), 0));
            if (!SSHD_FOLDERS.contains(folder)) {
                findings.unknown("FS-028", file.path() + " includes " + pattern + ", which is not read");
            } else if (SSHD.contains(file.path())) {
                included(folder, seen);
            }
        }
    }

    private void included(String folder, Set<String> seen) {
        for (ContentFile file : contents.in(folder)) {
            if (file.name().endsWith(".conf")) {
                sshd(file, seen);
            }
        }
    }

    private void preload() {
        ContentFile file = contents.at("etc/ld.so.preload");
        if (file == null) {
            findings.notApplicable("FS-055", "the image has no etc/ld.so.preload");
        } else if (findings.isRead(file, "FS-055") && !file.statements().isEmpty()) {
            findings.report(
                    "FS-055",
                    file.layer(),
                    file.path(),
                    "loads a library into every program",
                    Evidence.of("library", file.statements().get(0)));
        }
    }

    private void authorizedKeys() {
        for (ContentFile file : contents.all()) {
            if (WantedPaths.isAuthorizedKeys(file.path())
                    && findings.isRead(file, "FS-018")
                    && !file.statements().isEmpty()) {
                findings.report(
                        "FS-018", file.layer(), file.path(), "lets the owners of its keys log in to every container");
            }
        }
    }

    private void report(String rule, ContentFile file, int line, String message) {
        findings.report(rule, file.layer(), file.path(), message + " (line " + line + ")");
    }
}
