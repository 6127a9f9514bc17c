package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the jobs as processes of their own, and compares their lines with those of the program without Spark. */
class FleetOnSparkTest {
    private static final int IMAGES = 120;
    private static final int LAYERS = 60;
    private static final int LAYER_BYTES = 4_000;
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    Path folder;

    private SyntheticRegistry registry;
    private AuditedFleet alone;
    private final List<Process> running = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        registry = SyntheticRegistry.start(IMAGES, LAYERS, LAYER_BYTES);
        alone = new AuditedFleet(folder.resolve("alone"));
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
        for (Process process : running) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        Path jars = folder.resolve("spark/jars");
        if (Files.exists(jars)) {
            // JUnit would warn of each link.
            try (Stream<Path> links = Files.list(jars)) {
                for (Path link : links.toList()) {
                    Files.delete(link);
                }
            }
        }
    }

    /** {@return the command of Java with what Spark needs of this version} */
    private static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options());
        return command;
    }

    private static List<String> options() {
        List<String> options = new ArrayList<>();
        for (String opened : System.getProperty("spark.opened").split(" ", -1)) {
            options.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        if (Runtime.version().feature() >= 24) {
            options.add("--sun-misc-unsafe-memory-access=allow");
            options.add("--enable-native-access=ALL-UNNAMED");
        } else {
            options.add("--add-opens=java.base/sun.security.action=ALL-UNNAMED");
        }
        return options;
    }

    private Process process(String name, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile())
                .directory(folder.toFile());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("SPARK_HOME", home().toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        running.add(process);
        return process;
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /** {@return a folder as that of an installation of Spark, with the jars of the class path} */
    private Path home() throws IOException {
        Path home = folder.resolve("spark");
        if (!Files.exists(home)) {
            Path jars = Files.createDirectories(home.resolve("jars"));
            Files.writeString(home.resolve("RELEASE"), "Spark\n");
            for (String entry : CLASS_PATH.split(File.pathSeparator, -1)) {
                if (entry.endsWith(".jar")) {
                    Path jar = Path.of(entry);
                    Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
                }
            }
        }
        return home;
    }

    /** {@return the exit status of the job} */
    private int job(String master, String... options) throws Exception {
        List<String> command = java();
        command.addAll(List.of(
                "-Xmx512m",
                "-Dspark.master=" + master,
                "-Dspark.ui.enabled=false",
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.driver.bindAddress=127.0.0.1"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                CLASS_PATH,
                "dev.tallyclerk.examples.fleet.spark.Main",
                "docker://" + registry.host(),
                "--plain-http-for",
                registry.host(),
                "--parts",
                "8",
                "--work",
                folder.resolve("work").toUri().toString(),
                "--output",
                folder.resolve("out").toString()));
        return process("job", command).waitFor();
    }

    private String said() {
        try {
            return Files.readString(log("job"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void assertSameLines() throws IOException {
        assertArrayEquals(
                Files.readAllBytes(alone.output().resolve("images.jsonl")),
                Files.readAllBytes(folder.resolve("out/images.jsonl")),
                this::said);
    }

    private void assertEachLayerHashedOnce() {
        assertTrue(
                said().contains(registry.distinctBytes() + " bytes hashed; distinct layers have "
                        + registry.distinctBytes() + " bytes"),
                this::said);
    }

    @Test
    void givesTheLinesOfOneMachine() throws Exception {
        assertEquals(Summary.ACCEPTED, alone.auditAll(registry));
        assertEquals(Summary.ACCEPTED, job("local[2]"), this::said);
        assertSameLines();
        assertEachLayerHashedOnce();
        try (Stream<Path> written = Files.walk(folder.resolve("work"))) {
            assertTrue(written.anyMatch(file -> file.toString().endsWith(".parquet")));
        }
    }

    @Test
    void aTamperedLayerCondemnsAndAFailingImageIsIncomplete() throws Exception {
        registry.tamper(15);
        registry.refuse(20, 403);
        registry.fail(7, true);
        assertEquals(Summary.REJECTED, alone.auditAll(registry));
        assertEquals(Summary.REJECTED, job("local[2]"), this::said);
        assertSameLines();
        for (int image = 0; image < IMAGES; image++) {
            if (registry.has(image, 15) && image != 7) {
                assertTrue(alone.line(registry.name(image)).contains("\"decision\":\"rejected\""));
            }
        }
        assertTrue(alone.line(registry.name(7)).contains("\"decision\":\"incomplete\""));
    }

    @Test
    void aKilledWorkerChangesNothing() throws Exception {
        assertEquals(Summary.ACCEPTED, alone.auditAll(registry));
        int port = freePort();
        process("master", part("Master", "--host", "127.0.0.1", "--port", "" + port, "--webui-port", "" + freePort()));
        String url = "spark://127.0.0.1:" + port;
        List<Process> workers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            workers.add(process(
                    "worker" + i,
                    part(
                            "Worker",
                            url,
                            "--host",
                            "127.0.0.1",
                            "--cores",
                            "1",
                            "--memory",
                            "1g",
                            "--webui-port",
                            "" + freePort(),
                            "--work-dir",
                            folder.resolve("of-worker" + i).toString())));
        }
        int before = registry.layerRequests();
        AtomicReference<Process> killed = new AtomicReference<>();
        IntConsumer killer = count -> {
            // While layers are read, so that there is work left.
            if (count > before + LAYERS / 4 && killed.compareAndSet(null, workers.get(0))) {
                workers.get(0).descendants().forEach(ProcessHandle::destroyForcibly);
                workers.get(0).destroyForcibly();
            }
        };
        registry.beforeLayer(killer);
        int status = job(
                url,
                "-Dspark.executor.extraClassPath=" + CLASS_PATH,
                "-Dspark.executor.memory=500m",
                "-Dspark.executor.cores=1",
                "-Dspark.executor.extraJavaOptions=" + String.join(" ", options()));
        assertEquals(Summary.ACCEPTED, status, this::said);
        assertEquals(workers.get(0), killed.get());
        assertSameLines();
        assertEachLayerHashedOnce();
    }

    private static List<String> part(String kind, String... arguments) {
        List<String> command = java();
        command.addAll(List.of("-Xmx256m", "-cp", CLASS_PATH, "org.apache.spark.deploy." + kind.toLowerCase(Locale.ROOT) + "." + kind));
        command.addAll(List.of(arguments));
        return command;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
