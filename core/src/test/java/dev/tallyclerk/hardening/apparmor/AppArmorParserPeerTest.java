package dev.tallyclerk.hardening.apparmor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What apparmor_parser of Debian accepts is read, and what it refuses for its grammar is refused. */
class AppArmorParserPeerTest {
    private static final Path INSTALLED = Path.of("/etc/apparmor.d");

    private static Optional<String> included(String path) {
        Path file = INSTALLED.resolve(path.startsWith("/") ? path.substring(1) : path);
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Test
    void readsEveryInstalledProfile() throws IOException {
        Peers.require("apparmor_parser");
        List<Path> files = new ArrayList<>();
        for (String folder : List.of("/etc/apparmor.d", "/usr/share/apparmor/extra-profiles")) {
            if (Files.isDirectory(Path.of(folder))) {
                try (Stream<Path> entries = Files.list(Path.of(folder))) {
                    entries.filter(Files::isRegularFile)
                            .filter(file -> !file.endsWith("README"))
                            .forEach(files::add);
                }
            }
        }
        Map<String, String> refused = new TreeMap<>();
        int profiles = 0;
        for (Path file : files) {
            try {
                profiles += ProfileParser.parse(
                                file.toString(), Files.readString(file), AppArmorParserPeerTest::included)
                        .size();
            } catch (MalformedSubjectException e) {
                refused.put(file.toString(), String.valueOf(e.getMessage()));
            }
        }
        assertEquals(Map.of(), refused);
        assertTrue(profiles >= files.size() / 2, profiles + " profiles in " + files.size() + " files");
    }

    @Test
    void acceptsAndRefusesAsTheParserDoes(@TempDir Path folder) throws IOException, InterruptedException {
        Path program = Peers.require("apparmor_parser");
        Map<String, String> different = new TreeMap<>();
        for (String rules : List.of(
                "file,",
                "/x r,",
                "/x r",
                "r /x,",
                "/x zz,",
                "nonsense,",
                "deny,",
                ",",
                "owner /x rw,",
                "audit deny /{a,b}/** wkl,",
                "/x px -> other,",
                "/x ux,",
                "mount options=(rw, bind) /a/ -> /b/,",
                "mount fstype=tmpfs,",
                "umount,",
                "pivot_root,",
                "remount,",
                "signal (send, receive) peer=x,",
                "signal send set=(term),",
                "ptrace (trace, read) peer=x,",
                "capability sys_admin,",
                "capability,",
                "network inet tcp,",
                "change_profile -> x,",
                "change_profile,",
                "userns,",
                "set rlimit nofile <= 10,",
                "\"/a b/**\" r,",
                "link /a -> /b,",
                "/{a,b r,",
                "profile child { /x r, }",
                "^hat { /x r, }",
                "deny { /x r, }",
                "}",
                "@{PROC}/* w,")) {
            String text = "@{PROC}=/proc/\nprofile p {\n  " + rules + "\n}\n";
            Path file = Files.writeString(folder.resolve("profile"), text);
            Process process = new ProcessBuilder(
                            program.toString(),
                            "--skip-kernel-load",
                            "--skip-cache",
                            "--skip-read-cache",
                            file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean isAccepted = process.waitFor() == 0;
            boolean isRead;
            try {
                ProfileParser.parse("profile", text, path -> Optional.empty());
                isRead = true;
            } catch (MalformedSubjectException e) {
                isRead = false;
            }
            if (isAccepted != isRead) {
                different.put(rules, "parser " + isAccepted + ", ours " + isRead);
            }
        }
        assertEquals(Map.of(), different);
    }
}
