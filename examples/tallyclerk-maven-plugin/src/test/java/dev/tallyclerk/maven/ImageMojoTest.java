package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.DockerArchiveWriter;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.settings.Settings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageMojoTest {
    private static final String REMEMBERED = "nothing has changed since";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path module;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path hello;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path tampered;

    @BeforeEach
    void findImages() throws IOException {
        hello = ProjectFiles.root().resolve("examples/images/hello");
        tampered = ProjectFiles.root().resolve("examples/images/hello-tampered");
    }

    private TestGoal verify() throws ReflectiveOperationException {
        return TestGoal.of("verify", module);
    }

    private TestGoal audit() throws ReflectiveOperationException {
        return TestGoal.of("audit", module);
    }

    private Path policy(String gate) throws IOException {
        return Files.writeString(module.resolve("policy.yaml"), "schemaVersion: 1\ngate:\n  failOn: " + gate + "\n");
    }

    private Set<String> reports() throws IOException {
        try (Stream<Path> files = Files.list(module.resolve("target/tallyclerk"))) {
            Set<String> names = new TreeSet<>();
            files.forEach(file -> names.add(String.valueOf(file.getFileName()).replaceFirst("[0-9a-f]{8}", "HASH")));
            return names;
        }
    }

    private static void archive(Path layout, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try (OciLayout from = OciLayout.open(layout);
                ImageSource image = from.requireImage("1.0");
                DockerArchiveWriter writer = DockerArchiveWriter.create(file)) {
            ImageCopier.create().copy(image, writer.destination());
            writer.finish();
        }
    }

    @Test
    void decidesOnAllImagesThoughOneCannotBeRead() throws Exception {
        TestGoal goal = verify().withImages(tampered, "oci:absent", "docker://localhost:1/app:1", hello);
        MojoExecutionException failure = assertThrows(MojoExecutionException.class, goal::run);
        List<String> lines = String.valueOf(failure.getMessage()).lines().toList();
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith(tampered + ": REJECTED"), lines.get(0));
        assertTrue(lines.get(1).startsWith("oci:absent: not decided: "), lines.get(1));
        assertTrue(lines.get(2).startsWith("docker://localhost:1/app:1: not decided: "), lines.get(2));
        assertTrue(goal.log().contains(hello + ": ACCEPTED"), goal.log());
    }

    @Test
    void decidesOnImagesThoughAFileIsMalformed() throws Exception {
        Path compose = Files.writeString(module.resolve("compose.yaml"), "services: [\n");
        TestGoal goal = audit().withImages(hello).withFiles(compose);
        MojoExecutionException failure = assertThrows(MojoExecutionException.class, goal::run);
        assertTrue(String.valueOf(failure.getMessage()).startsWith("compose.yaml: "), failure.getMessage());
        assertTrue(goal.log().contains(hello + ": ACCEPTED"), goal.log());
    }

    @Test
    void aPolicyThatIsReplacedMeanwhileDidNotDecide() throws Exception {
        Path policy = policy("HIGH");
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            policy("LOW");
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        registry.start();
        TestGoal goal = verify().withFile("policyFile", policy)
                .with("acceptedFor", "PT1H")
                .withImages("localhost:" + registry.getAddress().getPort() + "/first:1.0", hello);
        try {
            assertThrows(MojoExecutionException.class, goal::run);
        } finally {
            registry.stop(0);
        }
        assertTrue(goal.log().contains(hello + ": ACCEPTED"), goal.log());
        TestGoal next = verify().withFile("policyFile", policy)
                .with("acceptedFor", "PT1H")
                .withImages(hello);
        assertThrows(MojoFailureException.class, next::run);
    }

    @Test
    void anAcceptedImageIsRememberedForTheSameParametersOnly() throws Exception {
        assertFalse(remembering().run().contains(REMEMBERED));
        assertTrue(remembering().run().contains(REMEMBERED));
        assertFalse(remembering()
                .with("allowInsecureRegistries", List.of("registry.example.org"))
                .run()
                .contains(REMEMBERED));
        assertFalse(remembering().with("failOn", "CRITICAL").run().contains(REMEMBERED));
    }

    private TestGoal remembering() throws ReflectiveOperationException {
        return verify().with("acceptedFor", "PT1H").withImages(hello);
    }

    @Test
    void whatJibWroteToAnotherFolderIsAnotherImage() throws Exception {
        Path reports = module.resolve("reports");
        archive(hello, module.resolve("target/jib-image.tar"));
        TestGoal first = verify().with("acceptedFor", "PT1H").withFile("reportsDirectory", reports);
        assertTrue(first.run().contains("jib-image.tar: ACCEPTED"));
        Path other = Files.createDirectories(module.resolve("other"));
        Files.writeString(other.resolve("jib-image.tar"), "no archive");
        TestGoal second = verify().with("acceptedFor", "PT1H")
                .withFile("reportsDirectory", reports)
                .withFile("buildDirectory", other);
        assertThrows(MojoExecutionException.class, second::run);
    }

    @Test
    void noReportOfAnEarlierBuildIsLeftIfThereIsNoDecision() throws Exception {
        verify().withImages(hello).run();
        assertEquals(1, reports().size());
        TestGoal failing =
                verify().withFile("policyFile", module.resolve("absent.yaml")).withImages(hello);
        assertThrows(MojoExecutionException.class, failing::run);
        assertEquals(Set.of(), reports());
    }

    @Test
    void bothGoalsHaveReportsOnOneImage() throws Exception {
        verify().withImages("oci:" + hello).run();
        audit().withImages("oci:" + hello).run();
        assertEquals(2, reports().size(), () -> "one is replaced");
        assertTrue(reports().stream().anyMatch(name -> name.endsWith("-HASH-audit.json")));
    }

    @Test
    void refusesAFormatBeforeItDecides() throws Exception {
        TestGoal goal = verify().withImages(hello).with("formats", List.of("json", "pdf"));
        assertThrows(MojoExecutionException.class, goal::run);
        assertEquals("", goal.log());
    }

    @Test
    void aPomCannotTakeMavenOnline() throws Exception {
        Settings settings = new Settings();
        settings.setOffline(true);
        TestGoal goal =
                verify().with("settings", settings).with("offline", false).withImages("registry.invalid/team/app:1.0");
        MojoExecutionException failure = assertThrows(MojoExecutionException.class, goal::run);
        assertTrue(String.valueOf(failure.getMessage()).contains("the build is offline"), failure.getMessage());
    }
}
