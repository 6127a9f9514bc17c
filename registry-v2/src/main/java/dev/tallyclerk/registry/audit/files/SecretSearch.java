package dev.tallyclerk.registry.audit.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tallyclerk.internal.checksum.FileChecksum;
import dev.tallyclerk.internal.secret.FoundSecret;
import dev.tallyclerk.internal.secret.SecretEngine;
import dev.tallyclerk.internal.secret.SecretStream;
import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Searches the files of one layer for secrets, and looks at programs. Belongs to one thread. */
final class SecretSearch {
    /** The most files with secrets, and the most programs with weaknesses, that are kept of a layer. */
    private static final int MAX_FILES = 2000;

    private static final int MAX_SCRIPTS = 10_000;

    /**
     * The largest file, and the most bytes in all, that are compared with the checksums of packages.
     *
     * <p>Libraries for TLS have keys for their self-tests; GnuTLS has 2.2 MB.
     */
    private static final int MAX_COMPARED = 8 << 20;

    private static final long MAX_ALL_COMPARED = 64 << 20;

    /** CVE-2019-5736: an interpreter that is the runtime itself, also with needless dots and slashes. */
    private static final Pattern RUNTIME = Pattern.compile("#![ \\t]*/[./]*proc/[^\\s]");

    /** Linux reads no more of the first line. */
    private static final int MAX_INTERPRETER = 256;

    private final SecretStream stream;
    private final Map<Integer, SecretFile> secrets = new HashMap<>();
    private final Map<Integer, LayerFacts.Program> programs = new HashMap<>();
    /** The start of the file that is read, if packages may have it. */
    private byte[] whole = new byte[0];

    private int wholeLength;
    private long compared;
    private final Set<Integer> scripts = new HashSet<>();
    private final Set<Integer> runtimeScripts = new HashSet<>();
    private boolean isCut;
    private boolean areProgramsCut;

    SecretSearch(SecretEngine engine) {
        this.stream = engine.startFiles();
    }

    private void keepWhole(byte[] buffer, int offset, int length) {
        int needed = wholeLength + length;
        if (needed > whole.length) {
            whole = Arrays.copyOf(whole, Math.max(needed, Math.min(MAX_COMPARED, 2 * whole.length)));
        }
        System.arraycopy(buffer, offset, whole, wholeLength, length);
        wholeLength = needed;
    }

    private Set<Long> checksums(LayerEntry entry) {
        if (wholeLength != entry.size() || compared + wholeLength > MAX_ALL_COMPARED) {
            return Set.of();
        }
        compared += wholeLength;
        List<byte[]> all = new ArrayList<>();
        for (FileChecksum checksum : FileChecksum.values()) {
            all.add(checksum.of(whole, 0, wholeLength));
        }
        return PackageFiles.checksums(all);
    }

    Map<Integer, SecretFile> secrets() {
        return Map.copyOf(secrets);
    }

    Map<Integer, LayerFacts.Program> programs() {
        return Map.copyOf(programs);
    }

    /** {@return the files that start with {@code #!}} */
    Set<Integer> scripts() {
        return Set.copyOf(scripts);
    }

    /** {@return the files of {@link #scripts} whose interpreter is one of the kernel's files} */
    Set<Integer> runtimeScripts() {
        return Set.copyOf(runtimeScripts);
    }

    /** {@return whether there were more files with secrets than are kept} */
    boolean isCut() {
        return isCut;
    }

    boolean areProgramsCut() {
        return areProgramsCut;
    }

    /** {@return what searches the content of a file} */
    ContentConsumer search(LayerEntry entry) {
        Search search = new Search(entry);
        stream.start(entry.path(), search::found);
        return search;
    }

    private final class Search implements ContentConsumer {
        private final LayerEntry entry;
        private final Map<String, SecretFile.Hit> byRule = new TreeMap<>();
        private @Nullable ElfReader program;
        private final boolean isCompared;
        private boolean isFirst = true;
        private long fingerprint;

        Search(LayerEntry entry) {
            this.entry = entry;
            this.isCompared = entry.size() <= MAX_COMPARED && PackageFiles.mayHave(entry.path());
            wholeLength = 0;
            if (entry.size() > 0) {
                PathChecks.ruleOnName(entry.path()).ifPresent(rule -> {
                    SecretFile.Hit hit = new SecretFile.Hit();
                    hit.add("the name of a file with credentials", false, false);
                    byRule.put(rule, hit);
                    // Without content to compare, each file differs from others.
                    fingerprint = entry.size();
                });
            }
        }

        void found(FoundSecret secret) {
            byRule.computeIfAbsent(rule(secret), rule -> new SecretFile.Hit())
                    .add(secret.name(), secret.isProtected(), secret.isDoubtful());
            fingerprint = fingerprint * 31 + secret.fingerprint();
        }

        @Override
        public boolean update(byte[] buffer, int offset, int length) {
            stream.update(buffer, offset, length);
            if (isCompared) {
                keepWhole(buffer, offset, length);
            }
            if (isFirst
                    && length > 1
                    && buffer[offset] == '#'
                    && buffer[offset + 1] == '!'
                    && scripts.size() < MAX_SCRIPTS) {
                scripts.add(entry.position());
                if (RUNTIME.matcher(new String(buffer, offset, Math.min(length, MAX_INTERPRETER), ISO_8859_1))
                        .lookingAt()) {
                    runtimeScripts.add(entry.position());
                }
            }
            if (isFirst) {
                program = ElfReader.start(buffer, offset, length);
            }
            isFirst = false;
            ElfReader reader = program;
            if (reader != null && !reader.update(buffer, offset, length)) {
                keep(reader);
            }
            return true;
        }

        private void keep(ElfReader reader) {
            program = null;
            ElfFile elf = reader.finish();
            if (elf.isHardened()) {
                return;
            }
            if (programs.size() < MAX_FILES) {
                programs.put(entry.position(), new LayerFacts.Program(entry, elf));
            } else {
                areProgramsCut = true;
            }
        }

        @Override
        public void finish() {
            stream.finish();
            ElfReader reader = program;
            if (reader != null) {
                keep(reader);
            }
            if (byRule.isEmpty()) {
                return;
            }
            if (secrets.size() < MAX_FILES) {
                secrets.put(entry.position(), new SecretFile(entry, byRule, fingerprint, checksums(entry)));
            } else {
                isCut = true;
            }
        }
    }

    private static String rule(FoundSecret secret) {
        return switch (secret.kind()) {
            case PRIVATE_KEY -> "FS-016";
            case CLOUD -> "FS-019";
            case REGISTRY -> "FS-020";
            case PACKAGE -> "FS-021";
            case KUBERNETES -> "FS-022";
            case TOKEN -> "FS-026";
        };
    }

    /** {@return a consumer of which each part may decline the rest} */
    static ContentConsumer both(ContentConsumer first, ContentConsumer second) {
        List<ContentConsumer> active = new ArrayList<>(List.of(first, second));
        return new ContentConsumer() {
            @Override
            public boolean update(byte[] buffer, int offset, int length) {
                active.removeIf(consumer -> !consumer.update(buffer, offset, length));
                return !active.isEmpty();
            }

            @Override
            public void finish() {
                active.forEach(ContentConsumer::finish);
            }
        };
    }
}
