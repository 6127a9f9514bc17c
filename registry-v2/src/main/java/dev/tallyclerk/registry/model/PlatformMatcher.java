package dev.tallyclerk.registry.model;

import dev.tallyclerk.registry.model.PlatformText.Cpu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Selects the images that a host can run, and the best of them, by containerd's rules.
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class PlatformMatcher {
    private static final int NO_MATCH = Integer.MAX_VALUE;

    /** A feature that Windows images require since Nano Server lacks it; containerd assumes every host has it. */
    private static final String WINDOWS_KERNEL = "win32k";

    private final Platform host;
    private final Set<String> features;
    private final List<Cpu> processors;

    private PlatformMatcher(Platform host, List<Cpu> processors) {
        this.host = host;
        this.features = Set.copyOf(host.osFeatures());
        this.processors = List.copyOf(processors);
    }

    /**
     * {@return a matcher for everything that {@code host} can run, exact matches first}
     *
     * <p>An {@code amd64/v3} runs {@code v2}, {@code v1} and {@code 386}; an {@code arm64/v9.1} runs {@code v9},
     * {@code v8.6} down to {@code v8}, and 32-bit {@code arm} from {@code v8} down to {@code v5}. An {@code arm64} with
     * a variant outside of {@code v8} to {@code v8.9} and {@code v9} to {@code v9.9} matches nothing. The version and
     * features of the operating system are compared as in {@link #strict}.
     */
    public static PlatformMatcher of(Platform host) {
        Platform normal = host.normalized();
        return new PlatformMatcher(normal, runBy(new Cpu(normal.architecture(), normal.variantText())));
    }

    /**
     * {@return a matcher for exactly {@code host}, in any spelling}
     *
     * <p>An image may require only features of the operating system that {@code host} has. On Windows it may also
     * require {@code win32k}. A Windows image must be for the host's build, or on a host from Server 2022 on, for a
     * build from Server 2022 up to the host's; a missing version matches all.
     */
    public static PlatformMatcher strict(Platform host) {
        Platform normal = host.normalized();
        return new PlatformMatcher(normal, List.of(new Cpu(normal.architecture(), normal.variantText())));
    }

    private static List<Cpu> runBy(Cpu cpu) {
        List<Cpu> all = new ArrayList<>();
        switch (cpu.architecture()) {
            case "amd64" -> {
                all.add(cpu);
                for (int version = version(cpu.variant(), 1) - 1; version >= 1; version--) {
                    all.add(Cpu.normalize("amd64", "v" + version));
                }
                all.add(new Cpu("386", ""));
            }
            case "arm" -> addArm(cpu.variant(), all);
            case "arm64" -> addArm64(cpu.variant(), all);
            default -> all.add(cpu);
        }
        return all;
    }

    private static void addArm(String variant, List<Cpu> all) {
        all.add(new Cpu("arm", variant));
        for (int version = version(variant, 5) - 1; version >= 5; version--) {
            all.add(new Cpu("arm", "v" + version));
        }
    }

    private static void addArm64(String variant, List<Cpu> all) {
        String name = variant.isEmpty() ? "v8" : variant;
        boolean known = name.matches("v[89](?:\\.[1-9])?");
        if (!known) {
            return;
        }
        int minor = name.length() == 2 ? 0 : name.charAt(3) - '0';
        if (name.charAt(1) == '9') {
            for (int i = minor; i >= 0; i--) {
                all.add(Cpu.normalize("arm64", "v9." + i));
            }
            // Arm architecture: v9.0 includes v8.5, and v8 ends with v8.9.
            minor = Math.min(minor + 5, 9);
        }
        for (int i = minor; i >= 0; i--) {
            all.add(Cpu.normalize("arm64", "v8." + i));
        }
        addArm("v8", all);
    }

    /**
     * {@return the number in {@code v3} or {@code 3}, or {@code otherwise}}
     *
     * <p>At most two digits, because callers count down from it.
     */
    private static int version(String variant, int otherwise) {
        return variant.matches("v?[0-9]{1,2}") ? Integer.parseInt(variant.replace("v", "")) : otherwise;
    }

    /** {@return whether the host can run an image for {@code offered}} */
    public boolean matches(Platform offered) {
        return rank(offered) != NO_MATCH;
    }

    /** {@return an order with the best match first, and platforms that do not match last} */
    public Comparator<Platform> bestFirst() {
        return Comparator.<Platform>comparingInt(this::rank)
                .thenComparingInt(platform -> -platform.osFeatures().size());
    }

    /**
     * {@return the manifests that match, the best first, equal ones in their order}
     *
     * <p>Skips entries without a platform, such as attestations.
     */
    public List<Descriptor> select(List<Descriptor> manifests) {
        return manifests.stream()
                .filter(entry -> entry.platform().filter(this::matches).isPresent())
                .sorted(Comparator.comparing(entry -> entry.platform().orElse(host), bestFirst()))
                .toList();
    }

    /** {@return the first of the best matches, if any manifest matches} */
    public Optional<Descriptor> best(List<Descriptor> manifests) {
        return select(manifests).stream().findFirst();
    }

    private boolean hasFeatures(List<String> wanted) {
        return wanted.stream()
                .allMatch(feature ->
                        features.contains(feature) || (host.os().equals("windows") && feature.equals(WINDOWS_KERNEL)));
    }

    private int rank(Platform offered) {
        Platform normal = offered.normalized();
        boolean fits = host.os().equals(normal.os())
                && hasFeatures(normal.osFeatures())
                && (!host.os().equals("windows") || WindowsVersion.runs(host.osVersionText(), normal.osVersionText()));
        int rank = fits ? processors.indexOf(new Cpu(normal.architecture(), normal.variantText())) : -1;
        return rank < 0 ? NO_MATCH : rank;
    }
}
