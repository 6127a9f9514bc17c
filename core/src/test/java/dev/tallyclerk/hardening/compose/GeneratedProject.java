package dev.tallyclerk.hardening.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;

/** A project with several files that Compose accepts, made by chance from a seed. */
final class GeneratedProject {
    private static final List<String> SERVICES = List.of("web", "db", "cache", "job");

    private final Random random;
    private final Map<String, String> files = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();

    GeneratedProject(long seed) {
        this.random = new Random(seed);
        environment.put("TAG", "1.2");
        environment.put("EMPTY", "");
        environment.put("NAME", "from-caller");
        StringBuilder env = new StringBuilder("# variables\nFROM_ENV=dot env\nPORT=8080\nNAME=lost\n");
        env.append("export QUOTED='a $TAG b'\nDOUBLE=\"x ${TAG} y\"\nPLAIN=${TAG}-z # comment\n");
        files.put(".env", env.toString());
        files.put("app.env", "A=1\nB=\"two words\"\nexport C=3\nD=$TAG\nNAME\nE='$TAG' # x\n");
        files.put("other.env", "A=9\nZ=last\n");
        for (String folder : List.of("sub/", "inc/")) {
            files.put(folder + "app.env", files.get("app.env"));
            files.put(folder + "other.env", files.get("other.env"));
        }
        files.put("secret.txt", "s\n");
        files.put("sub/config.txt", "c\n");
        files.put("sub/common.yaml", file(List.of("base", "mid"), false, "sub"));
        int services = 1 + random.nextInt(3);
        files.put("compose.yaml", file(SERVICES.subList(0, services), true, ""));
        if (random.nextInt(3) > 0) {
            files.put("compose.override.yaml", override(SERVICES.subList(0, services)));
        }
        files.put("inc/more.yaml", file(List.of("extra"), false, "inc"));
        files.put("inc/.env", "PORT=9999\nINCLUDED=yes\n");
    }

    Map<String, String> files() {
        return files;
    }

    Map<String, String> environment() {
        return environment;
    }

    private String file(List<String> services, boolean isMain, String folder) {
        StringBuilder out = new StringBuilder();
        boolean hasInclude = isMain && random.nextInt(3) == 0;
        if (isMain) {
            out.append("name: generated\n");
            out.append("x-shared: &shared\n  restart: unless-stopped\n  labels:\n    from: anchor\n");
        }
        if (hasInclude) {
            out.append(
                    random.nextBoolean() ? "include:\n  - inc/more.yaml\n" : "include:\n  - path: ./inc/more.yaml\n");
        }
        out.append("services:\n");
        for (String service : services) {
            out.append("  ").append(service).append(":\n");
            if (isMain && random.nextInt(3) == 0) {
                out.append("    <<: *shared\n");
            }
            if (isMain && random.nextInt(3) == 0) {
                out.append("    extends:\n      file: sub/common.yaml\n      service: ")
                        .append(random.nextBoolean() ? "mid" : "base")
                        .append('\n');
            } else if (service.equals("mid")) {
                out.append("    extends: base\n");
            }
            out.append("    image: ")
                    .append(oneOf("app:$TAG", "app:${TAG}", "db:16", "'${NAME:-x}/y:${TAG-1}'"))
                    .append('\n');
            body(out, false);
        }
        if (isMain || folder.equals("inc")) {
            out.append("volumes:\n  data" + folder + ":\n");
            if (isMain) {
                out.append("  data:\n  logs: {}\nnetworks:\n  front:\n  back: {internal: true}\n");
                out.append("secrets:\n  token: {file: ./secret.txt}\nconfigs:\n  conf: {file: ./sub/config.txt}\n");
            }
        }
        return out.toString().replace("  data:\n  data:\n", "  data:\n");
    }

    private String override(List<String> services) {
        StringBuilder out = new StringBuilder("services:\n");
        for (String service : services) {
            out.append("  ").append(service).append(":\n");
            out.append("    working_dir: /over\n");
            body(out, true);
        }
        return out.toString();
    }

    private void body(StringBuilder out, boolean isOverride) {
        Map<String, Supplier<String>> fields = new LinkedHashMap<>();
        fields.put("privileged", () -> oneOf("true", "false", "\"true\"", "${EMPTY:-true}", "yes"));
        fields.put("read_only", () -> oneOf("true", "false", "on"));
        fields.put("user", () -> oneOf("0:0", "22:22", "\"1000\"", "app", "${NAME}"));
        fields.put("pid", () -> "host");
        fields.put("ipc", () -> oneOf("host", "private", "shareable"));
        fields.put("hostname", () -> oneOf("h1", "${NAME?must be set}", "${EMPTY-fallback}"));
        fields.put("init", () -> oneOf("true", "false"));
        fields.put("mem_reservation", () -> oneOf("64m", "67108864", "1g", "\"128M\"", "16kb"));
        fields.put("shm_size", () -> oneOf("64m", "1gb", "2048"));
        fields.put("cpu_shares", () -> oneOf("512", "\"256\""));
        fields.put("stop_signal", () -> oneOf("SIGTERM", "SIGUSR1"));
        fields.put("cap_add", () -> list("NET_ADMIN", "SYS_PTRACE", "\"${EMPTY:-CHOWN}\""));
        fields.put("cap_drop", () -> list("ALL", "NET_RAW", "KILL"));
        fields.put("security_opt", () -> list("no-new-privileges:true", "seccomp:unconfined", "apparmor=unconfined"));
        fields.put("dns", () -> random.nextBoolean() ? "8.8.8.8" : list("1.1.1.1", "9.9.9.9"));
        fields.put("tmpfs", () -> random.nextBoolean() ? "/run" : list("/tmp:size=1m", "/run"));
        fields.put("expose", () -> list("\"3000\"", "\"4000\"", "\"5000/udp\""));
        fields.put("group_add", () -> list("wheel", "\"100\""));
        fields.put("command", () -> oneOf("run --x 'a b'", "[\"run\", \"$NAME\"]", "sh -c \"echo $$HOME\"", "a\\ b c"));
        fields.put("entrypoint", () -> oneOf("/start", "[\"/bin/sh\", \"-c\"]"));
        fields.put("environment", this::environmentField);
        fields.put("labels", () -> assignments("one", "two.three", "x"));
        fields.put("sysctls", () -> oneOf("{net.core.somaxconn: 1024}", "[\"net.ipv4.ip_forward=1\"]"));
        fields.put(
                "env_file",
                () -> oneOf("app.env", "[app.env, other.env]", "[{path: app.env}, {path: gone.env, required: false}]"));
        fields.put("ports", this::ports);
        fields.put("volumes", this::volumes);
        fields.put("ulimits", () -> oneOf("{nofile: 1024}", "{nofile: {soft: 10, hard: 20}, nproc: 5}"));
        fields.put(
                "healthcheck",
                () -> oneOf("{test: curl -f x}", "{test: [CMD, \"true\"], interval: 5s}", "{test: [\"NONE\"]}"));
        fields.put(
                "logging",
                () -> oneOf(
                        "{driver: json-file, options: {max-size: 1m}}",
                        "{driver: syslog}",
                        "{options: {max-file: \"3\"}}"));
        fields.put(
                "build",
                () -> oneOf(".", "{context: ., args: {A: 1, B: $TAG}}", "{context: ., target: prod, args: [\"A=2\"]}"));
        fields.put(
                "deploy",
                () -> oneOf(
                        "{replicas: 2}",
                        "{resources: {limits: {memory: 10M, cpus: \"0.5\"}}}",
                        "{resources: {limits: {pids: 7}}, restart_policy: {condition: on-failure}}"));
        fields.put("profiles", () -> list("debug", "tools"));
        fields.put("devices", () -> list("/dev/null:/dev/n1", "/dev/zero:/dev/n1:r", "/dev/fuse"));
        if (isOverride && random.nextInt(3) == 0) {
            fields.put("cap_add", () -> "!reset []");
            fields.put("ports", () -> "!override [\"7000:7000\"]");
            fields.put("environment", () -> "{A: !reset null, Q: q}");
        }
        int wanted = 3 + random.nextInt(8);
        List<String> names = new ArrayList<>(fields.keySet());
        for (int i = 0; i < wanted; i++) {
            String name = names.remove(random.nextInt(names.size()));
            out.append("    ")
                    .append(name)
                    .append(": ")
                    .append(Objects.requireNonNull(fields.get(name)).get())
                    .append('\n');
        }
    }

    private String environmentField() {
        return random.nextBoolean()
                ? "{A: a, B: \"${FROM_ENV}\", C: 3, D: true, NAME: , U: \"${UNSET_BY_ALL:-default ${TAG}}\"}"
                : list(
                        "\"A=list\"",
                        "\"Q=${QUOTED}\"",
                        "NAME",
                        "\"D=${DOUBLE}/${PLAIN}\"",
                        "\"P=${TAG:+alt}${EMPTY:+no}\"",
                        "\"X=$$TAG\"");
    }

    private String assignments(String... names) {
        List<String> parts = new ArrayList<>();
        boolean isMapping = random.nextBoolean();
        for (String name : names) {
            if (random.nextBoolean()) {
                parts.add(isMapping ? name + ": v" + random.nextInt(3) : "\"" + name + "=v" + random.nextInt(3) + "\"");
            }
        }
        parts.add(isMapping ? "last: \"1\"" : "\"last=2\"");
        return isMapping ? "{" + String.join(", ", parts) + "}" : "[" + String.join(", ", parts) + "]";
    }

    private String ports() {
        return list(
                "\"80\"",
                "\"8080:80\"",
                "\"127.0.0.1:${PORT}:81/tcp\"",
                "\"9000-9002:90-92/udp\"",
                "{target: 443, published: \"8443\", protocol: tcp}",
                "{target: 80, published: 8080}",
                "\"[::1]:7777:77\"",
                "5000",
                "{target: 53, published: \"53\", protocol: udp, host_ip: 127.0.0.1, mode: host}");
    }

    private String volumes() {
        return list(
                "./d:/d:ro",
                "./e:/d",
                "data:/var/data",
                "logs:/var/log:ro",
                "/etc/ssl:/etc/ssl:ro",
                "/anonymous",
                "../up:/up",
                "{type: bind, source: ./f, target: /f, read_only: true}",
                "{type: volume, source: data, target: /f}",
                "{type: tmpfs, target: /scratch}",
                "/proc:/host/proc:rslave");
    }

    private String list(String... pool) {
        List<String> chosen = new ArrayList<>();
        for (String element : pool) {
            if (random.nextInt(3) == 0) {
                chosen.add(element);
            }
        }
        if (chosen.isEmpty()) {
            chosen.add(pool[random.nextInt(pool.length)]);
        }
        return "[" + String.join(", ", chosen) + "]";
    }

    private String oneOf(String... pool) {
        return pool[random.nextInt(pool.length)];
    }
}
