package dev.tallyclerk.registry.model;

import dev.tallyclerk.text.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The text form of a platform and its canonical names, both containerd's.
 *
 * @param variant empty if there is none
 * @param osVersion empty if there is none
 */
record PlatformText(String os, String architecture, String variant, String osVersion, List<String> osFeatures) {
    private static final Pattern OS =
            Pattern.compile("([A-Za-z0-9_-]++)(?:\\(([A-Za-z0-9_.%-]*+)([A-Za-z0-9_.%+-]*+)\\))?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

    /** Go's operating systems and architectures; only a single name must be one of them. */
    private static final Set<String> SYSTEMS = Set.of(
            "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos"
                    .split(" "));

    private static final Set<String> ARCHITECTURES = Set.of("""
            386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32
            mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm
            """.strip().split("\\s"));

    /** An architecture and its variant; the variant is empty if there is none. */
    record Cpu(String architecture, String variant) {
        static Cpu normalize(String architecture, String variant) {
            String name = architecture.toLowerCase(Locale.ROOT);
            String kind = variant.toLowerCase(Locale.ROOT);
            return switch (name) {
                case "i386" -> new Cpu("386", "");
                case "x86_64", "x86-64", "amd64" -> new Cpu("amd64", kind.equals("v1") ? "" : kind);
                case "aarch64", "arm64" -> new Cpu("arm64", arm64(kind));
                case "armhf" -> new Cpu("arm", "v7");
                case "armel" -> new Cpu("arm", "v6");
                case "arm" -> new Cpu("arm", arm(kind));
                default -> new Cpu(name, kind);
            };
        }

        private static String arm64(String variant) {
            return switch (variant) {
                case "8", "v8", "v8.0" -> "";
                case "v9.0" -> "v9";
                default -> variant;
            };
        }

        private static String arm(String variant) {
            return switch (variant) {
                case "", "7" -> "v7";
                case "5", "6", "8" -> "v" + variant;
                default -> variant;
            };
        }
    }

    static String normalizeOs(String os) {
        String name = os.toLowerCase(Locale.ROOT);
        return name.equals("macos") ? "darwin" : name;
    }

    /** Checked here, because a pattern with a group for each feature would recurse for each. */
    private static boolean hasEmptyFeature(@Nullable String features) {
        return features != null && (features.contains("++") || features.endsWith("+"));
    }

    static PlatformText parse(String text) {
        String[] parts = text.split("/", 4);
        Matcher first = OS.matcher(parts[0]);
        if (!first.matches() || parts.length > 3 || hasEmptyFeature(first.group(3))) {
            throw malformed(text);
        }
        for (int i = 1; i < parts.length; i++) {
            if (!NAME.matcher(parts[i]).matches()) {
                throw malformed(text);
            }
        }
        String os = normalizeOs(first.group(1));
        Cpu cpu;
        if (parts.length == 3) {
            Cpu normal = Cpu.normalize(parts[1], parts[2]);
            // A given variant is kept.
            cpu = normal.equals(new Cpu("arm64", "")) ? new Cpu("arm64", "v8") : normal;
        } else if (parts.length == 2) {
            cpu = withoutVariant(parts[1]);
        } else if (SYSTEMS.contains(os)) {
            cpu = new Cpu("amd64", "");
        } else {
            os = "linux";
            cpu = withoutVariant(parts[0]);
            if (!ARCHITECTURES.contains(cpu.architecture())) {
                throw new IllegalArgumentException(
                        "neither a known operating system nor a known architecture: " + Quoted.quote(text));
            }
        }
        return new PlatformText(
                os,
                cpu.architecture(),
                cpu.variant(),
                first.group(2) == null ? "" : decode(first.group(2)),
                first.group(3) == null ? List.of() : features(first.group(3)));
    }

    /** The default variant of 32-bit ARM is not added. */
    private static Cpu withoutVariant(String architecture) {
        Cpu cpu = Cpu.normalize(architecture, "");
        return cpu.equals(new Cpu("arm", "v7")) ? new Cpu("arm", "") : cpu;
    }

    private static List<String> features(String text) {
        List<String> features = new ArrayList<>();
        for (String feature : text.split("\\+", -1)) {
            if (!feature.isEmpty()) {
                features.add(decode(feature));
            }
        }
        return features;
    }

    private static String decode(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw malformed(text);
                }
                bytes.put((byte) (high * 16 + low));
                i += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw malformed(text);
        }
    }

    String specifier() {
        String version = encode(osVersion);
        String features = osFeatures.stream()
                .sorted()
                .map(feature -> "+" + encode(feature))
                .collect(Collectors.joining());
        String options = version + features;
        return os
                + (options.isEmpty() ? "" : "(" + options + ")")
                + "/"
                + architecture
                + (variant.isEmpty() ? "" : "/" + variant);
    }

    /** Encodes all bytes that {@link #parse} does not read literally. */
    private static String encode(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (letterOrDigit || c == '_' || c == '.' || c == '-') {
                out.append(c);
            } else {
                out.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return out.toString();
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("not a platform: " + Quoted.quote(text)
                + "; expected OS/ARCHITECTURE[/VARIANT], for example linux/arm/v7");
    }
}
