package dev.tallyclerk.registry.verify;

import static dev.tallyclerk.registry.verify.InMemoryImage.describe;
import static dev.tallyclerk.registry.verify.InMemoryImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.audit.ImageSubject;
import dev.tallyclerk.registry.filesystem.Engines;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every image of an index that some engine takes for a platform is part of the verdict. */
class EngineChoicesTest {
    private static final String AMD64 = "{\"os\":\"linux\",\"architecture\":\"amd64\"}";
    private static final String ZSTD = "+zstd";

    @TempDir
    Path folder = Path.of("");

    private final List<Digest> manifests = new ArrayList<>();

    private static String amd64(String more) {
        return "{\"os\":\"linux\",\"architecture\":\"amd64\"," + more + "}";
    }

    private static String arm(String architecture, String variant) {
        String with = variant.isEmpty() ? "" : ",\"variant\":\"" + variant + "\"";
        return "{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"" + with + "}";
    }

    private void put(byte[] content) throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.write(blobs.resolve(Digest.sha256Of(content).encoded()), content);
    }

    /**
     * Writes a layout with an index of images, each with a file of its own name.
     *
     * @param platforms of each entry, its platform, or nothing; behind that {@link #ZSTD} for the annotation
     */
    private void write(String architecture, String... platforms) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String platform : platforms) {
            byte[] layer = InMemoryImage.tar("I" + manifests.size());
            put(layer);
            byte[] config = utf8("{\"os\":\"linux\",\"architecture\":\"" + architecture + "\",\"config\":{\"Env\":[\"I="
                    + manifests.size() + "\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                    + Digest.sha256Of(layer)
                    + "\"]}}");
            put(config);
            byte[] manifest = utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                    + describe(MediaType.OCI_CONFIG, config) + ",\"layers\":[" + describe(MediaType.OCI_LAYER, layer)
                    + "]}");
            put(manifest);
            manifests.add(Digest.sha256Of(manifest));
            boolean zstd = platform.endsWith(ZSTD);
            String where = platform.replace(ZSTD, "");
            String entry = describe(MediaType.OCI_MANIFEST, manifest);
            entry = entry.substring(0, entry.length() - 1);
            entry += where.isEmpty() ? "" : ",\"platform\":" + where;
            entry += zstd ? ",\"annotations\":{\"io.github.containers.compression.zstd\":\"true\"}" : "";
            entries.add(entry + "}");
        }
        byte[] index = utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                + String.join(",", entries) + "]}");
        put(index);
        Files.write(folder.resolve("oci-layout"), utf8("{\"imageLayoutVersion\":\"1.0.0\"}"));
        Files.write(
                folder.resolve("index.json"),
                utf8("{\"schemaVersion\":2,\"manifests\":["
                        + describe(MediaType.OCI_INDEX, index)
                                .replace("}", ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"1\"}}")
                        + "]}"));
    }

    /** {@return the places of the images that were verified, the first one first} */
    private List<Integer> verified(String platform) throws IOException {
        try (OciLayout layout = OciLayout.open(folder);
                ImageSource source = layout.requireImage()) {
            ImageVerification verification = ImageVerifier.create()
                    .withPlatform(Platform.parse(platform))
                    .verify(source);
            assertEquals(
                    Verdict.VERIFIED,
                    verification.verdict(),
                    verification.problems().toString());
            return Stream.concat(Stream.of(verification), verification.others().stream())
                    .map(each -> manifests.indexOf(each.manifestDigest().orElseThrow()))
                    .toList();
        }
    }

    /** {@return the place of the image that skopeo takes, or -1 if it finds none} */
    private int takenBySkopeo(String architecture) throws IOException, InterruptedException {
        Process skopeo = new ProcessBuilder(
                        Peers.require("skopeo").toString(),
                        "--override-os",
                        "linux",
                        "--override-arch",
                        architecture,
                        "inspect",
                        "--config",
                        "oci:" + folder)
                .redirectError(folder.resolve("err").toFile())
                .start();
        Matcher found = Pattern.compile("I=([0-9]+)")
                .matcher(new String(skopeo.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        return skopeo.waitFor() == 0 && found.find() ? Integer.parseInt(found.group(1)) : -1;
    }

    /**
     * Entries of an index, and which of them engines take.
     *
     * @param expected the places of the images that are to be verified, the first one first
     */
    private record Case(List<Integer> expected, String architecture, List<String> entries) {
        Case(List<Integer> expected, String architecture, String... entries) {
            this(expected, architecture, List.of(entries));
        }

        @Override
        public String toString() {
            return String.join(" ", entries);
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>(List.of(
                new Case(List.of(1), "amd64", arm("arm64", ""), AMD64, arm("arm", "v7")),
                new Case(List.of(0), "amd64", AMD64, AMD64),
                // podman manifest push --add-compression zstd writes such pairs, and podman prefers Zstandard.
                new Case(List.of(0, 1), "amd64", AMD64, AMD64 + ZSTD, AMD64 + ZSTD),
                // Older versions of podman do not know the annotation.
                new Case(List.of(0, 1), "amd64", AMD64 + ZSTD, AMD64),
                new Case(List.of(1, 0), "amd64", amd64("\"os.features\":[\"x\"]"), AMD64),
                new Case(List.of(1), "amd64", amd64("\"variant\":\"v2\""), AMD64),
                new Case(List.of(1), "amd64", "", AMD64),
                new Case(List.of(0), "amd64", ""),
                new Case(List.of(0, 1), "arm64", arm("arm64", ""), arm("arm64", "v8")),
                new Case(List.of(0, 1), "arm64", arm("arm64", "v8"), arm("arm64", "")),
                new Case(List.of(1, 2), "arm", arm("arm", "v6"), arm("arm", "v7"), arm("arm", ""))));
        // podman compares spellings exactly, containerd and Docker normalise them.
        for (String spelling : List.of(
                "{\"os\":\"linux\",\"architecture\":\"x86_64\"}",
                "{\"os\":\"linux\",\"architecture\":\"AMD64\"}",
                "{\"os\":\"Linux\",\"architecture\":\"amd64\"}",
                amd64("\"variant\":\"v1\""))) {
            cases.add(new Case(List.of(0, 1), "amd64", spelling, AMD64));
            cases.add(new Case(List.of(0), "amd64", AMD64, spelling));
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void verifiesWhatSkopeoTakes(Case each) throws IOException, InterruptedException {
        write(each.architecture(), each.entries().toArray(String[]::new));
        assertEquals(each.expected(), verified("linux/" + each.architecture()));
        int taken = takenBySkopeo(each.architecture());
        assertTrue(taken < 0 || each.expected().contains(taken), "skopeo takes " + taken);
    }

    @Test
    void verifiesWhatContainerdTakes(@TempDir Path stores) throws IOException, InterruptedException {
        try (Engines engines = Engines.start(stores)) {
            int number = 0;
            for (Case each : cases().toList()) {
                manifests.clear();
                write(each.architecture(), each.entries().toArray(String[]::new));
                String file = engines.fileOfContainerd(folder, "linux/" + each.architecture(), "choice" + number++);
                int taken = Integer.parseInt(file.substring(1));
                assertTrue(each.expected().contains(taken), () -> "containerd takes " + taken + " of " + each);
            }
        }
    }

    @Test
    void rejectsAnImageOfWhichSomeEngineTakesAnotherOne() throws IOException {
        write("amd64", AMD64, AMD64 + ZSTD);
        Path second = folder.resolve("blobs/sha256").resolve(manifests.get(1).encoded());
        String manifest = Files.readString(second);
        Matcher config = Pattern.compile("sha256:([0-9a-f]{64})").matcher(manifest);
        assertTrue(config.find());
        Files.writeString(folder.resolve("blobs/sha256").resolve(config.group(1)), "{}");
        AdmissionResult result =
                Admission.of(Policy.defaults().withGate(Severity.CRITICAL)).check("oci:" + folder);
        assertEquals(Verdict.FAILED, result.verification().orElseThrow().verdict(), result.toString());
        assertTrue(!result.isAccepted());
        assertEquals(
                2,
                result.audit().orElseThrow().subjects().stream()
                        .filter(subject -> subject.kind().equals(ImageSubject.KIND))
                        .count());
    }
}
