package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.registry.client.RegistryException;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.testing.TestImages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyCommandTest {
    private static final String HELLO = "oci:images/hello:1.0";
    private static final String HELLO_DIGEST =
            "sha256:d63f358a4f5888a0541fcdadca48b8779292353848a934fd294e6ba41d44ee5b";
    private static final String INDEX = "sha256:6433684450aabac4067fd69a56651eda1aef662485b8a2d659ad875cd8045154";

    @TempDir
    Path folder = Path.of("");

    private CommandRun copy(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "copy";
        System.arraycopy(args, 0, all, 1, args.length);
        return CommandRun.of(Map.of("HOME", "/nonexistent", "TMPDIR", folder.toString()), all);
    }

    private String in(String scheme, String name) {
        return scheme + ":" + folder.resolve(name);
    }

    private static void assertCopied(CommandRun run, String digest) {
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains("Digest         " + digest), run.out());
        assertEquals("", run.err());
    }

    private static void assertAccepted(String source, String digest) {
        CommandRun run = CommandRun.of("verify", source);
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        assertTrue(run.out().contains(digest), run.out());
    }

    @Test
    void copiesFromFormToFormWithOneDigest() throws IOException {
        assertCopied(copy(HELLO, in("oci", "a:1.0")), HELLO_DIGEST);
        assertCopied(copy(in("oci", "a:1.0"), in("oci-archive", "b.tar:2.0")), HELLO_DIGEST);
        assertCopied(copy(in("oci-archive", "b.tar:2.0"), in("docker-archive", "c.tar:team/app:3")), HELLO_DIGEST);
        assertCopied(copy(in("oci-archive", "c.tar"), in("oci", "d")), HELLO_DIGEST);
        assertAccepted(in("oci", "d"), HELLO_DIGEST);
        assertAccepted(in("docker-archive", "c.tar:team/app:3"), "team/app:3");
        Path gzipped = folder.resolve("c.tar.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(gzipped))) {
            Files.copy(folder.resolve("c.tar"), out);
        }
        assertCopied(copy(in("oci-archive", "c.tar.gz"), in("oci", "d:e")), HELLO_DIGEST);
        assertEquals(
                ExitCode.ACCEPTED,
                copy(in("docker-archive", "c.tar.gz:team/app:3"), in("oci", "d:f"))
                        .exitCode());
        assertEquals(5, folder.toFile().list().length);
    }

    @Test
    void debugTellsOfWhatIsThereAlready() {
        assertEquals("", copy(HELLO, in("oci", "a:1.0"), "--debug").err());
        String err = copy(HELLO, in("oci", "a:1.1"), "--debug").err();
        assertEquals(
                3,
                err.lines()
                        .filter(line -> line.endsWith(" is there already, and not read"))
                        .count(),
                err);
        assertEquals("", copy(HELLO, in("oci", "a:1.2")).err());
    }

    @Test
    void takesOnePlatformOrAll() {
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/multiarch");
        assertCopied(copy(source, in("oci", "a:all"), "--all-platforms"), INDEX);
        assertCopied(
                copy(source, in("oci", "a:one")),
                "sha256:d30ded78d75e521da5d70d1d7ab84164f24d0df98a637741d7f14116606aa4fd");
        assertCopied(
                copy(source, in("oci", "a:arm"), "--platform", "linux/arm/v7"),
                "sha256:e5a0b764bb92f2206dadc24bd6c78a2205ef0b369d3dfcc7c62e32fbbe0ce891");
        CommandRun none = copy(source, in("oci", "a:none"), "--platform", "linux/s390x");
        assertEquals(ExitCode.REJECTED, none.exitCode());
        assertTrue(none.err().contains("NO_SUCH_PLATFORM"), none.err());
        CommandRun wrong = copy(HELLO, in("oci", "a:wrong"), "--platform", "linux/arm64");
        assertEquals(ExitCode.REJECTED, wrong.exitCode());
        assertTrue(wrong.err().contains("WRONG_PLATFORM"), wrong.err());
        assertTrue(wrong.err().contains("--all-platforms"), wrong.err());
    }

    @Test
    void saysThatOnlyOnePlatformOfAnIndexWasCopied() throws JsonException {
        String source = "oci:" + SharedData.require("registry/fixtures/layouts/multiarch");
        CommandRun one = copy(source, in("oci", "a:one"));
        assertTrue(
                one.out().contains("Copied only linux/amd64 of the index " + INDEX + "; use --all-platforms"),
                one.out());
        CommandRun docker = copy(source, in("docker-archive", "a.tar"));
        assertTrue(docker.out().contains("copy all of it to a layout or a registry."), docker.out());
        assertFalse(copy(source, in("oci", "a:all"), "--all-platforms").out().contains("of the index"));
        assertFalse(copy(HELLO, in("oci", "a:hello")).out().contains("of the index"));
        CommandRun json = copy(source, in("oci", "a:arm"), "--platform", "linux/arm/v7", "--format", "json");
        JsonCursor report = JsonCursor.parse(json.out().getBytes(StandardCharsets.UTF_8), JsonLimits.ofBytes(1 << 20));
        JsonCursor only = report.required("onlyOf");
        assertEquals(INDEX, only.required("index").string());
        assertEquals("linux/arm/v7", only.required("platform").string());
        CommandRun all = copy(source, in("oci", "a:all"), "--all-platforms", "--format", "json");
        assertFalse(all.out().contains("onlyOf"), all.out());
    }

    @Test
    void saysWhereALayerThatWasLeftOutMayBeHad() throws IOException {
        String foreign = "{\"mediaType\":\"application/vnd.oci.image.layer.nondistributable.v1.tar\",\"digest\":\""
                + Digest.sha256Of(new byte[] {1}) + "\",\"size\":1";
        CommandRun with = copy(layoutOf(foreign + ",\"urls\":[\"https://vendor.example.org/a\"]}"), in("oci", "a:1"));
        assertTrue(with.out().contains("engines fetch it from the URLs in the manifest"), with.toString());
        assertFalse(with.out().contains("the manifest has no URL for it"), with.toString());
        CommandRun without = copy(layoutOf(foreign + "}"), in("oci", "a:2"));
        assertTrue(without.out().contains("the manifest has no URL for it"), without.toString());
        assertFalse(without.out().contains("URLs"), without.toString());
    }

    /** Writes a layout with an artifact of one layer, whose blob is missing. */
    private String layoutOf(String layer) throws IOException {
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                        + "\"artifactType\":\"application/vnd.example.thing\",\"config\":{\"mediaType\":"
                        + "\"application/vnd.oci.empty.v1+json\",\"digest\":\"" + Digest.sha256Of(config)
                        + "\",\"size\":2},\"layers\":[" + layer + "]}")
                .getBytes(StandardCharsets.UTF_8);
        Path layout = folder.resolve("layout-" + manifest.length);
        Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        for (byte[] each : List.of(config, manifest)) {
            Files.write(blobs.resolve(Digest.sha256Of(each).encoded()), each);
        }
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(
                layout.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                        + "\"digest\":\"" + Digest.sha256Of(manifest) + "\",\"size\":" + manifest.length + "}]}");
        return "oci:" + layout;
    }

    @Test
    void copiesNothingThatIsNotWhatItShouldBe() throws IOException {
        for (String target : List.of(in("oci", "a:1.0"), in("oci-archive", "b.tar"), in("docker-archive", "c.tar"))) {
            CommandRun run = copy("oci:images/hello-tampered:1.0", target);
            assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
            assertTrue(run.err().contains("was not copied: DIGEST_MISMATCH"), run.err());
            assertEquals("", run.out());
        }
        assertEquals(List.of("a"), List.of(folder.toFile().list()));
        assertEquals(ExitCode.ERROR, CommandRun.of("verify", in("oci", "a:1.0")).exitCode());
        Path layout = TestImages.writeLayout(Files.createDirectories(folder.resolve("layout")));
        Digest missing = Digest.sha256Of(new byte[] {1});
        CommandRun run = copy("oci:" + layout + "@" + missing, in("oci", "a:1.0"));
        assertEquals(ExitCode.REJECTED, run.exitCode(), run.toString());
        assertTrue(run.err().contains("NOT_FOUND"), run.err());
    }

    @Test
    void saysWhatADockerArchiveCannotHold() {
        String artifact = "oci:" + SharedData.require("registry/fixtures/layouts/artifacts") + ":v1";
        CommandRun run = copy(artifact, in("docker-archive", "a.tar"));
        assertEquals(ExitCode.INCOMPLETE, run.exitCode(), run.toString());
        assertTrue(run.err().contains("UNSUPPORTED"), run.err());
        assertEquals(
                ExitCode.ACCEPTED, copy(artifact, in("oci-archive", "a.tar")).exitCode());
    }

    @Test
    void replacesAFileOnlyIfAskedTo() throws IOException {
        Path file = Files.writeString(folder.resolve("a.tar"), "mine");
        CommandRun run = copy(HELLO, in("oci-archive", "a.tar"));
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("--force"), run.err());
        assertEquals("mine", Files.readString(file));
        assertCopied(copy(HELLO, in("oci-archive", "a.tar"), "--force"), HELLO_DIGEST);
        assertCopied(copy(HELLO, in("oci-archive", "b.tar")), HELLO_DIGEST);
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(folder.resolve("b.tar")));
    }

    @Test
    void aLinkIsThereEvenIfItLeadsNowhere() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("nothing"));
        CommandRun run = copy(HELLO, in("docker-archive", "link"));
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("exists already; use --force to replace it"), run.err());
        run = copy(HELLO, in("docker-archive", "link"), "--force");
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("it is a link to no regular file, so it is not replaced"), run.err());
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void aFileThatAppearsMeanwhileIsNotReplaced() throws IOException {
        Path file = folder.resolve("a.tar");
        DestinationSpec spec = DestinationSpec.parse("docker-archive:" + file);
        try (DestinationSpec.Open open = spec.open(name -> fail(), Clock.systemUTC(), false)) {
            Files.writeString(file, "mine");
            var e = assertThrows(FileAlreadyExistsException.class, open::finish);
            assertEquals(file + " exists already", Messages.of(e));
        }
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void aNameInADockerArchiveHasNoDigest() {
        CommandRun run = copy(HELLO, in("docker-archive", "a.tar:team/app@" + HELLO_DIGEST));
        assertEquals(ExitCode.ERROR, run.exitCode());
        assertTrue(run.err().contains("a name in a docker archive has no digest"), run.err());
        assertTrue(run.err().contains("--help"), run.err());
    }

    @Test
    void saysWhereTheDigestOfADockerArchiveIs() throws IOException {
        CommandRun run = copy(HELLO, in("docker-archive", "a.tar:team/app:1"));
        assertTrue(run.out().contains("read the file as oci-archive:FILE"), run.out());
        assertFalse(copy(HELLO, in("oci-archive", "b.tar")).out().contains("oci-archive:FILE"));
        assertTrue(
                CommandRun.of("inspect", in("docker-archive", "a.tar")).out().contains("if it is read as oci-archive"));
        assertAccepted(in("oci-archive", "a.tar"), HELLO_DIGEST);
    }

    @Test
    void takesAnImageOfADockerArchiveByItsPlaceAndItsId() throws IOException {
        assertCopied(copy(HELLO, in("docker-archive", "a.tar")), HELLO_DIGEST);
        String id = "f52696778b0a742649eebd94332ea9e0516bfc84e98911ac2bd9994d4cdbeecf";
        for (String name : List.of("@0", id, "sha256:" + id)) {
            CommandRun run = CommandRun.of("inspect", in("docker-archive", "a.tar:" + name));
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
        }
        for (String name : List.of("@1", id.replace('f', '0'))) {
            CommandRun run = CommandRun.of("inspect", in("docker-archive", "a.tar:" + name));
            assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
            assertTrue(run.err().contains("\"@0\", \"sha256:" + id), run.err());
        }
        assertTrue(CommandRun.of("inspect", in("docker-archive", "a.tar:@one"))
                .err()
                .contains("@ and a number"));
    }

    @Test
    void saysWhatWasThereAlready() {
        CommandRun first = copy(HELLO, in("oci", "a:1"));
        assertTrue(
                first.out().contains("  copied        sha256:") && !first.out().contains("already"), first.out());
        CommandRun second = copy(HELLO, in("oci", "a:2"));
        assertTrue(
                second.out().contains("  already there sha256:")
                        && !second.out().contains("  copied"),
                second.out());
    }

    @Test
    void copiesTheSameWithoutWaitingForTheDisk() throws IOException {
        assertCopied(copy(HELLO, in("oci", "waited:1")), HELLO_DIGEST);
        assertCopied(copy(HELLO, in("oci", "unsynced:1"), "--no-sync"), HELLO_DIGEST);
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("waited/index.json")),
                Files.readAllBytes(folder.resolve("unsynced/index.json")));
        assertAccepted(in("oci", "unsynced:1"), HELLO_DIGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copy",
                "copy oci:images/hello:1.0",
                "copy oci:images/hello:1.0 nonsense",
                "copy oci:images/hello:1.0 docker://localhost/a@sha256:abc",
                "copy oci:images/hello:1.0 docker://localhost/A:1",
                "copy oci:images/hello:1.0 oci:target/a --jobs 0",
                "copy oci:images/hello:1.0 oci:target/a --chunk-size 0",
                "copy oci:images/hello:1.0 oci-archive:target/a.tar --no-sync",
                "push oci:images/hello:1.0 localhost/a --no-sync",
                "copy oci:images/hello:1.0 oci:target/a --chunk-size 4097",
                "push oci:images/hello:1.0 localhost/a --chunk-size 1MiB",
                "pull localhost/a oci:target/a --chunk-size 1",
                "copy oci:images/hello:1.0 oci:target/a --mirror nonsense",
                "copy oci:images/hello:1.0 oci:target/a --mirror docker.io=ftp://x",
                "copy oci:images/hello:1.0 oci:target/a --mirror docker.io=https://x/v2/a/v2/b",
                "copy oci:images/hello:1.0 oci:target/a --trust-origin nonsense",
                "copy oci:images/hello:1.0 oci:target/a --max-time 0",
                "copy oci:images/hello:1.0 oci:target/a --ca pom.xml",
                "copy oci:images/hello:1.0 oci:target/a --authfile none.json",
                "pull UPPER oci:target/a",
                "push oci:images/hello:1.0 localhost/a@sha256:abc",
                "tags localhost/a:1",
                "referrers localhost/A",
                "copy oci:images/hello:1.0 oci:",
                "copy oci:images/hello:1.0 oci:images:x",
                "copy oci:images/hello:1.0 oci:target/none:..",
                "copy oci:images/hello:1.0 oci-archive:target/none/none.tar",
                "copy oci:images/hello:1.0 oci-archive:pom.xml",
                "copy oci:images/hello:1.0 docker-archive:target/a.tar:UPPER",
                "copy oci:images/hello:1.0 docker-archive:target/a.tar --all-platforms",
                "copy oci:images/hello:1.0 oci:target/a@sha256:abc",
                "copy oci:images/hello:1.0 oci:target/a --platform linux/amd64/v1/x",
                "copy oci:images/hello:1.0 oci:target/a --platform linux/amd64 --all-platforms",
                "copy oci:images/hello:2.0 oci:target/a",
                "copy oci:images/none oci:target/a",
            })
    void endsWithThreeOnWrongUseAndUnreadableInput(String line) {
        CommandRun run = CommandRun.of(line.split(" ", -1));
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().startsWith("tallyclerk: "), run.toString());
        assertEquals("", run.out());
        assertFalse(run.err().contains("Exception"), run.err());
    }

    @Test
    void givesNoPasswordToTwoRegistries() {
        CommandRun run = CommandRun.of(
                Map.of("TALLYCLERK_PASSWORD", "secret"),
                "copy",
                "docker://localhost:1/a",
                "docker://127.0.0.1:1/a",
                "--username",
                "me");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("there are two: localhost:1 and 127.0.0.1:1"), run.err());
    }

    @Test
    void speaksHttpToTheOneOfTwoRegistriesThatItIsAllowedFor() {
        CommandRun both = copy("docker://one.invalid/a", "docker://two.invalid:5000/a", "--plain-http");
        assertEquals(ExitCode.ERROR, both.exitCode(), both.toString());
        assertTrue(both.err().contains("there are two: one.invalid and two.invalid:5000"), both.err());
        assertTrue(both.err().contains("--plain-http-for two.invalid:5000"), both.err());
        RegistryAccess.Clients clients = new RegistryAccess.Clients(
                () -> HttpSettings.of(request -> {
                            throw new IOException(request.uri().getScheme());
                        })
                        .withRetries(RetryPolicy.never()),
                client -> client,
                registry -> Credentials.anonymous(),
                null,
                List.of("two.invalid:5000"),
                null);
        assertEquals("https", scheme(clients, "one.invalid/a"));
        assertEquals("https", scheme(clients, "two.invalid/a"));
        assertEquals("http", scheme(clients, "two.invalid:5000/a"));
        assertEquals("http", scheme(clients, "localhost/a"));
    }

    private static String scheme(RegistryAccess.Clients clients, String name) {
        Reference reference = Reference.parse(name);
        var e = assertThrows(
                RegistryException.class,
                () -> clients.of(reference).repository(reference).tags());
        return String.valueOf(Objects.requireNonNull(e.getCause(), "cause").getMessage());
    }

    @Test
    void refusesAnEmptyPassword() {
        CommandRun run = CommandRun.of(Map.of("TALLYCLERK_PASSWORD", ""), "tags", "localhost:1/a", "--username", "me");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("TALLYCLERK_PASSWORD is empty"), run.err());
        assertTrue(run.err().contains("--help"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:15111", "auth.example.org", "http:// /"})
    void saysHowAnOriginIsSpelled(String origin) {
        CommandRun run = CommandRun.of("tags", "localhost:1/a", "--trust-origin", origin);
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("such as https://auth.example.org, not \"" + origin), run.err());
    }

    @Test
    void saysThatAnArtifactTypeIsNoneBeforeItAsksTheRegistry() {
        CommandRun run = CommandRun.of("referrers", "localhost:1/a", "--artifact-type", "foo bar");
        assertEquals(ExitCode.ERROR, run.exitCode(), run.toString());
        assertTrue(run.err().contains("--artifact-type must be a media type"), run.err());
    }

    @Test
    void copiesFromARegistryWhatSkopeoPutThere() throws IOException, InterruptedException {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            String skopeo = Peers.require("skopeo").toString();
            String multiarch = "oci:" + SharedData.require("registry/fixtures/layouts/multiarch") + ":latest";
            String name = "docker://" + registry.host() + "/team/app:1";
            Peers.run(folder, skopeo, "copy", "--quiet", "--all", "--dest-tls-verify=false", multiarch, name);
            assertCopied(copy(name, in("oci", "a:1"), "--all-platforms"), INDEX);
            String back = Peers.run(folder, skopeo, "inspect", "--raw", in("oci", "a:1"));
            assertEquals(
                    INDEX,
                    Digest.sha256Of(back.getBytes(StandardCharsets.UTF_8)).toString());
            Path layer = registry.blob("c1e1df52814cb48e851333745c0f4e7a0d0e33271c6399ea73c64b30c4e450d0");
            byte[] bytes = Files.readAllBytes(layer);
            bytes[bytes.length / 2] ^= 1;
            Files.write(layer, bytes);
            CommandRun damaged = copy(name, in("oci-archive", "b.tar:1"));
            assertEquals(ExitCode.REJECTED, damaged.exitCode(), damaged.toString());
            assertFalse(Files.exists(folder.resolve("b.tar")));
        }
    }

    @Test
    void theBarFillsUpWithWhatWasThereAlready() {
        var err = new ByteArrayOutputStream();
        AtomicLong now = new AtomicLong();
        ProgressBar bar =
                new ProgressBar(new PrintStream(err, true, StandardCharsets.UTF_8), () -> now.addAndGet(100_000_000));
        Descriptor[] blobs = new Descriptor[4];
        for (int i = 0; i < blobs.length; i++) {
            blobs[i] = Descriptor.of("a/b", Digest.sha256Of(new byte[] {(byte) i}), 100);
        }
        bar.started(List.of(blobs));
        bar.progressed(blobs[1], 50);
        bar.progressed(blobs[3], 50);
        bar.progressed(blobs[1], 100);
        bar.progressed(blobs[3], 100);
        bar.clear();
        String shown = err.toString(StandardCharsets.UTF_8);
        assertTrue(shown.contains("37% of 400 B, content 2 of 4"), shown);
        assertTrue(shown.contains("75% of 400 B, content 3 of 4"), shown);
        assertTrue(shown.contains("100% of 400 B, content 4 of 4"), shown);
        assertTrue(shown.endsWith("\r\u001b[K"), shown);
    }
}
