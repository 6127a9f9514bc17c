package dev.tallyclerk.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Audits folders of manifests, Dockerfiles and Compose files by the command, the start of its process included, beside
 * the programs that people use for it. Start it in the folder of the project, after the command was built.
 *
 * <p>Arguments: none, or a folder for the table, and a name for its file.
 */
public final class FileAudit {
    private static final Path COMMAND = Path.of("examples/tallyclerk");
    private static final Path JAR = Path.of("examples/command/target/tallyclerk.jar");
    private static final int FILES = 1_000;

    /** Docker Compose reads one project at a time. */
    private static final int PROJECTS = 100;

    private static final int ROUNDS = 5;

    private FileAudit() {}

    /** Measures and prints, or writes, the table. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison(Effort.FULL);
        run(comparison, FILES, PROJECTS, ROUNDS);
        comparison.report(args);
    }

    static void run(Comparison comparison, int files, int projects, int rounds) throws Exception {
        Path folder = Files.createTempDirectory("audit");
        Random random = new Random(32);
        try {
            StringBuilder pipe = new StringBuilder();
            for (int i = 0; i < files; i++) {
                String manifest = manifest(i, random);
                pipe.append("---\n").append(manifest);
                write(folder.resolve("manifests/" + i + ".yaml"), manifest);
                write(folder.resolve("dockerfiles/" + i + "/Dockerfile"), dockerfile(i, random));
            }
            write(folder.resolve("pipe.yaml"), pipe.toString());
            for (int i = 0; i < projects; i++) {
                write(folder.resolve("projects/p" + i + "/compose.yaml"), project(i, random));
            }
            comparison.section(format("CPU time of whole processes: median of %d (fastest - slowest)", rounds));
            for (String what : List.of("manifests", "dockerfiles", "projects")) {
                String named = count(folder, what);
                audit(comparison, named, folder.resolve(what).toString(), rounds);
                trivy(comparison, named, folder.resolve(what));
            }
            audit(comparison, files + " manifests in a pipe", "- < " + folder.resolve("pipe.yaml"), rounds);
            if (Processes.has("docker-compose")) {
                cost(
                        comparison,
                        projects + " projects: docker-compose config",
                        "for p in " + folder.resolve("projects")
                                + "/*; do docker-compose -f $p/compose.yaml config; done",
                        1);
            } else {
                comparison.fact("docker-compose config", "skipped: not installed");
            }
        } finally {
            Processes.output(List.of("rm", "-rf", folder.toString()));
        }
    }

    private static String count(Path folder, String what) throws IOException {
        try (var entries = Files.list(folder.resolve(what))) {
            return entries.count() + " " + what;
        }
    }

    private static void audit(Comparison comparison, String what, String source, int rounds) throws Exception {
        String name = what + ": tallyclerk audit";
        if (Files.isExecutable(COMMAND) && Files.exists(JAR)) {
            cost(comparison, name, COMMAND + " audit --fail-on none " + source, rounds);
        } else {
            comparison.fact(name, "skipped: no " + JAR);
        }
    }

    private static void trivy(Comparison comparison, String what, Path folder) throws Exception {
        if (!Processes.has("trivy")) {
            comparison.fact(what + ": trivy config", "skipped: not installed");
            return;
        }
        cost(
                comparison,
                what + ": trivy config",
                "trivy --quiet config --skip-policy-update --timeout 1h --cache-dir " + folder + "/../cache " + folder,
                1);
    }

    private static void cost(Comparison comparison, String what, String script, int rounds) throws Exception {
        double[] seconds = new double[rounds];
        double peak = 0;
        for (int i = 0; i < rounds; i++) {
            Spent spent = Spent.by(script);
            seconds[i] = spent.cpu() / 1e9;
            peak = Math.max(peak, spent.peakBytes());
        }
        Arrays.sort(seconds);
        comparison.fact(
                what,
                format(
                        "%.2f s (%.2f - %.2f), %,.0f MiB",
                        seconds[rounds / 2], seconds[0], seconds[rounds - 1], peak / (1 << 20)));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String manifest(int number, Random random) {
        List<String> kinds = List.of("Deployment", "StatefulSet", "DaemonSet");
        String container =
                format("""
                      - name: app
                        image: registry.example.test/shop/app:1.%d.0
                        args: ["--listen=:8080", "--config=/etc/app/config.yaml"]
                        ports:
                        - {name: http, containerPort: 8080}
                        env:
                        - {name: LOG_FORMAT, value: json}
                        - name: DATABASE_PASSWORD
                          valueFrom:
                            secretKeyRef: {name: db-%d, key: password}
                        resources:
                          requests: {cpu: %dm, memory: 64Mi}
                          limits:
                            memory: 256Mi
                        livenessProbe:
                          httpGet: {path: /healthz, port: http}
                          periodSeconds: 10
                        readinessProbe:
                          httpGet: {path: /ready, port: http}
                        securityContext:
                          allowPrivilegeEscalation: %b
                          readOnlyRootFilesystem: %b
                          capabilities:
                            drop: [ALL]
                        volumeMounts:
                        - {name: config, mountPath: /etc/app, readOnly: true}
                """, number, number, 50 + random.nextInt(400), random.nextBoolean(), random.nextBoolean());
        return format(
                """
                apiVersion: apps/v1
                kind: %s
                metadata:
                  name: app-%d
                  namespace: shop
                  labels:
                    app.kubernetes.io/name: app-%d
                    app.kubernetes.io/managed-by: Helm
                spec:
                  replicas: 2
                  selector:
                    matchLabels: {app: app-%d}
                  template:
                    metadata:
                      labels: {app: app-%d}
                    spec:
                      serviceAccountName: app-%d
                      automountServiceAccountToken: %b
                      securityContext:
                        runAsNonRoot: %b
                        runAsUser: 10001
                        seccompProfile: {type: RuntimeDefault}
                      containers:
                %s      volumes:
                      - name: config
                        configMap: {name: app-%d}
                """,
                kinds.get(number % kinds.size()),
                number,
                number,
                number,
                number,
                number,
                random.nextBoolean(),
                random.nextBoolean(),
                container,
                number);
    }

    private static String dockerfile(int number, Random random) {
        String packages = random.nextBoolean() ? """
                RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl \\
                    && rm -rf /var/lib/apt/lists/*
                """ : "RUN apt-get update\nRUN apt-get install -y curl wget\n";
        String user = random.nextBoolean() ? "RUN useradd -u 10001 app\nUSER 10001\n" : "";
        return "ARG VERSION=" + number + "\nFROM golang:1.23 AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\n"
                + "RUN --mount=type=cache,target=/root/.cache go mod download\nCOPY . .\n"
                + "RUN CGO_ENABLED=0 go build -trimpath -o /out/app ./cmd/app\n\nFROM debian:12-slim\nARG VERSION\n"
                + "LABEL org.opencontainers.image.version=$VERSION\nENV APP_HOME=/app LOG_LEVEL=info\n" + packages
                + "RUN <<EOF\nset -e\nmkdir -p /app/data\nEOF\nWORKDIR /app\nCOPY --from=build /out/app /app/app\n"
                + user + "EXPOSE 8080\nENTRYPOINT [\"/app/app\"]\nCMD [\"serve\"]\n";
    }

    private static String project(int number, Random random) {
        StringBuilder text = new StringBuilder("services:\n");
        for (String name : List.of("web", "worker", "db")) {
            text.append(format("""
                      %s:
                        image: registry.example.test/shop/%s:1.%d
                        read_only: %b
                        cap_drop: [ALL]
                        environment: {LOG_LEVEL: info, DB_HOST: db}
                        volumes: ["data:/var/lib/data"]
                        deploy:
                          resources: {limits: {memory: 256M, cpus: "0.5"}}
                    """, name, name, number, random.nextBoolean()));
        }
        return text.append("volumes: {data: {}}\n").toString();
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
