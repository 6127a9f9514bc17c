package dev.tallyclerk.hardening.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the merged model with that of docker-compose, field by field. */
class ComposePeerTest {
    private static final int PROJECTS = 250;

    @TempDir
    private Path folder;

    @Test
    void readsGeneratedProjectsLikeDockerCompose() throws Exception {
        Path program = Peers.require("docker-compose");
        Map<String, String> different = new TreeMap<>();
        Map<String, String> refused = new LinkedHashMap<>();
        int fields = 0;
        for (int seed = 0; seed < PROJECTS; seed++) {
            GeneratedProject project = new GeneratedProject(seed);
            Path home = folder.resolve("p" + seed);
            write(home, project.files());
            byte[] output;
            try {
                output = config(program, home, project);
            } catch (IOException e) {
                refused.put("seed " + seed, e.getMessage());
                continue;
            }
            Map<String, String> expected = fields(output, home);
            Map<String, String> actual;
            try {
                ComposeSettings settings = ComposeSettings.defaults().withEnvironment(project.environment());
                ProjectReader reader = new ProjectReader(settings, Projects.context(project.files()));
                actual = PeerModel.of(reader.read(Projects.documents(project.files())), reader, project.environment());
            } catch (MalformedSubjectException e) {
                different.put("seed " + seed, "refused: " + e.getMessage());
                continue;
            }
            Set<String> names = new TreeSet<>(expected.keySet());
            names.addAll(actual.keySet());
            for (String name : names) {
                fields++;
                String theirs = expected.getOrDefault(name, "absent");
                String ours = actual.getOrDefault(name, "absent");
                if (!theirs.equals(ours)) {
                    different.put("seed " + seed + " " + name, "Compose " + theirs + ", here " + ours);
                }
            }
        }
        assertEquals("", different.entrySet().stream().map(Object::toString).collect(Collectors.joining("\n")));
        assertTrue(PROJECTS - refused.size() >= 200, () -> "refused by docker-compose: " + refused);
        assertTrue(fields > 5000, "compared " + fields + " fields");
    }

    private static void write(Path home, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = home.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    private byte[] config(Path program, Path home, GeneratedProject project) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        Projects.documents(project.files()).forEach(file -> command.addAll(List.of("-f", file.name())));
        command.addAll(List.of("--profile", "*", "config", "--format", "json"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
        builder.environment().clear();
        builder.environment().putAll(project.environment());
        builder.environment().put("HOME", home.toString());
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        Process process = builder.redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(Files.readString(errors, StandardCharsets.UTF_8));
        }
        return Files.readAllBytes(output);
    }

    private static String text(JsonCursor at) throws JsonException {
        String text = at.value() instanceof JsonString string
                ? string.value()
                : at.value() instanceof JsonNumber number
                        ? new BigDecimal(number.text()).stripTrailingZeros().toPlainString()
                        : at.value() instanceof JsonNull ? "null" : String.valueOf(at.bool());
        // Compose writes texts in such a way that they can be read again.
        return text.replace("$$", "$");
    }

    private static List<String> texts(JsonCursor list) throws JsonException {
        List<String> texts = new ArrayList<>();
        for (JsonCursor element : list.elements()) {
            texts.add(text(element));
        }
        return texts;
    }

    private static Map<String, String> fields(byte[] output, Path home) throws Exception {
        JsonCursor root = JsonCursor.parse(output, JsonLimits.ofBytes(1 << 22));
        Map<String, String> fields = new TreeMap<>();
        for (Map.Entry<String, JsonCursor> service :
                root.required("services").members().entrySet()) {
            fields.put(service.getKey(), "");
            for (Map.Entry<String, JsonCursor> field :
                    service.getValue().members().entrySet()) {
                field(service.getKey() + "." + field.getKey(), field.getKey(), field.getValue(), home, fields);
            }
        }
        return fields;
    }

    private static void field(String name, String key, JsonCursor value, Path home, Map<String, String> fields)
            throws JsonException {
        if (value.value() instanceof JsonNull) {
            return;
        }
        switch (key) {
            case "build" -> {
                if (value.optional("args").isPresent()) {
                    mapping(name + ".args", value.required("args"), fields);
                }
                if (value.optional("target").isPresent()) {
                    fields.put(name + ".target", text(value.required("target")));
                }
            }
            case "environment", "labels", "sysctls", "annotations" -> mapping(name, value, fields);
            case "logging" -> {
                if (value.optional("options").isPresent()) {
                    mapping(name + ".options", value.required("options"), fields);
                }
                if (value.optional("driver").isPresent()) {
                    fields.put(name + ".driver", text(value.required("driver")));
                }
            }
            case "ports" -> fields.put(name, ports(value));
            case "volumes" -> fields.put(name, volumes(value, home));
            case "secrets", "configs" -> fields.put(name, files(value));
            case "networks", "depends_on" ->
                fields.put(
                        name,
                        value.members().keySet().stream().sorted().toList().toString());
            case "ulimits" -> {
                for (Map.Entry<String, JsonCursor> limit : value.members().entrySet()) {
                    fields.put(
                            name + "." + limit.getKey(),
                            limit.getValue().value() instanceof JsonNumber
                                    ? text(limit.getValue()) + ":" + text(limit.getValue())
                                    : text(limit.getValue().required("soft")) + ":"
                                            + text(limit.getValue().required("hard")));
                }
            }
            case "healthcheck" -> {
                if (value.optional("test").isPresent()) {
                    fields.put(name + ".test", texts(value.required("test")).toString());
                }
            }
            case "deploy" -> deploy(name, value, fields);
            case "devices" -> {
                List<String> all = new ArrayList<>();
                for (JsonCursor device : value.elements()) {
                    all.add(text(device.required("source")) + ":" + text(device.required("target")) + ":"
                            + text(device.required("permissions")));
                }
                fields.put(name, all.toString());
            }
            default -> {
                boolean isList = value.value() instanceof dev.tallyclerk.internal.json.JsonValue.JsonArray;
                fields.put(name, isList ? texts(value).toString() : text(value));
            }
        }
    }

    private static void deploy(String name, JsonCursor value, Map<String, String> fields) throws JsonException {
        if (value.optional("replicas").isPresent()) {
            fields.put(name + ".replicas", text(value.required("replicas")));
        }
        if (value.optional("resources").isPresent()
                && value.required("resources").optional("limits").isPresent()) {
            mapping(name, value.required("resources").required("limits"), fields);
        }
    }

    private static void mapping(String name, JsonCursor value, Map<String, String> fields) throws JsonException {
        for (Map.Entry<String, JsonCursor> member : value.members().entrySet()) {
            fields.put(name + "." + member.getKey(), text(member.getValue()));
        }
    }

    private static String member(JsonCursor at, String name) throws JsonException {
        return at.optional(name).isPresent() ? text(at.required(name)) : "";
    }

    private static String ports(JsonCursor value) throws JsonException {
        List<String> all = new ArrayList<>();
        for (JsonCursor port : value.elements()) {
            all.add(String.join(
                    " ",
                    member(port, "host_ip"),
                    member(port, "published"),
                    member(port, "target"),
                    member(port, "protocol"),
                    member(port, "mode")));
        }
        // A port that was written short and long stays twice there, which asks for the same.
        return all.stream().distinct().sorted().collect(Collectors.joining(", "));
    }

    private static String volumes(JsonCursor value, Path home) throws JsonException {
        List<String> all = new ArrayList<>();
        for (JsonCursor volume : value.elements()) {
            String source = member(volume, "source");
            boolean isBelow = source.startsWith(home + "/");
            String beside = String.valueOf(home.getParent());
            boolean isBeside = source.startsWith(beside + "/");
            String shown = isBelow
                    ? "/project" + source.substring(home.toString().length())
                    : isBeside ? source.substring(beside.length()) : source;
            String propagation =
                    volume.optional("bind").isPresent() ? member(volume.required("bind"), "propagation") : "";
            all.add(String.join(
                    " ",
                    member(volume, "type"),
                    shown,
                    member(volume, "target"),
                    volume.optional("read_only").isPresent() ? "true" : "false",
                    propagation));
        }
        return all.stream().sorted().toList().toString();
    }

    private static String files(JsonCursor value) throws JsonException {
        List<String> all = new ArrayList<>();
        for (JsonCursor file : value.elements()) {
            all.add(member(file, "source") + " at " + member(file, "target"));
        }
        return all.stream().sorted().toList().toString();
    }
}
