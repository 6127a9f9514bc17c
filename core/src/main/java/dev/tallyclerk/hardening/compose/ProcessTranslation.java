package dev.tallyclerk.hardening.compose;

import static dev.tallyclerk.hardening.compose.ServiceRequest.HOST;
import static dev.tallyclerk.hardening.compose.ServiceRequest.number;
import static dev.tallyclerk.hardening.compose.ServiceRequest.object;
import static dev.tallyclerk.hardening.compose.ServiceRequest.pointer;
import static dev.tallyclerk.hardening.compose.ServiceRequest.shown;
import static dev.tallyclerk.hardening.compose.ServiceRequest.unset;

import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.compose.Item.Items;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a service runs, with which settings, and what happens when it ends. */
final class ProcessTranslation {
    private final String name;
    private final Members service;
    private final ProjectEnvironment environment;
    private final ServiceRequest request;

    ProcessTranslation(String name, Members service, ProjectEnvironment environment, ServiceRequest request) {
        this.name = name;
        this.service = service;
        this.environment = environment;
        this.request = request;
    }

    void translate() {
        restart();
        logging();
        configuration();
        environment();
        healthcheck();
    }

    private void restart() {
        Optional<Members> policy = service.mapping("deploy", "restart_policy");
        if (policy.isPresent()) {
            String condition = policy.get().text("condition").map(Text::text).orElse("");
            OptionalLong attempts =
                    policy.get().text("max_attempts").map(Values::integer).orElse(OptionalLong.of(0));
            boolean isUnset = condition.indexOf(Interpolator.UNSET) >= 0 || attempts.isEmpty();
            String mode = switch (condition) {
                case "none" -> "no";
                case "", "any" -> "always";
                default -> condition;
            };
            if (isUnset) {
                request.gap(
                        HOST,
                        "RestartPolicy",
                        policy.get(),
                        request.unreadable(policy.get(), "deploy.restart_policy", "known"));
            } else {
                request.putHost(
                        "RestartPolicy",
                        object("Name", new JsonString(mode), "MaximumRetryCount", number(attempts.getAsLong())),
                        policy.get());
            }
            return;
        }
        service.get("restart").ifPresent(item -> {
            if (!(item instanceof Text text) || text.isUnset()) {
                request.gap(HOST, "RestartPolicy", item, request.unreadable(item, "restart", "a text"));
                return;
            }
            // YAML 1.1 readers take no for a truth value.
            String[] parts = (Values.truth(text).isPresent() ? "no" : text.text()).split(":", 2);
            OptionalLong retries = parts.length == 1 ? OptionalLong.of(0) : Values.integer(text.with(parts[1]));
            if (retries.isEmpty()) {
                request.gap(
                        HOST,
                        "RestartPolicy",
                        item,
                        request.unreadable(item, "restart", "a policy with a number of retries"));
            } else {
                request.putHost(
                        "RestartPolicy",
                        object("Name", new JsonString(parts[0]), "MaximumRetryCount", number(retries.getAsLong())),
                        item);
            }
        });
    }

    private void logging() {
        if (service.mapping("logging").isEmpty()) {
            // The default of an engine that is not configured otherwise.
            request.putDefault(
                    "LogConfig", object("Type", new JsonString("json-file"), "Config", new JsonObject(Map.of())));
            return;
        }
        service.mapping("logging").ifPresent(logging -> {
            Map<String, JsonValue> options = new LinkedHashMap<>();
            logging.mapping("options")
                    .ifPresent(all -> all.members()
                            .forEach((key, value) ->
                                    options.put(key, new JsonString(value instanceof Text text ? shown(text) : ""))));
            Optional<Text> driver = logging.text("driver");
            if (driver.isPresent() && driver.get().isUnset()) {
                request.gap(HOST, "LogConfig", logging, unset(driver.get(), "logging.driver"));
            } else {
                request.putHost(
                        "LogConfig",
                        object(
                                "Type",
                                new JsonString(driver.map(Text::text).orElse("")),
                                "Config",
                                new JsonObject(options)),
                        logging);
            }
        });
    }

    private void configuration() {
        request.text("", "User", "user");
        Optional<Item> image = service.get("image");
        if (image.isPresent()) {
            request.text("", "Image", "image");
        } else {
            Item build = service.get("build").orElse(service);
            request.gap(
                    "",
                    "Image",
                    build,
                    new MissingValue(
                                    MissingValue.Reason.SOURCE_NOT_PROVIDED,
                                    service.get("build").isPresent()
                                            ? "the image is built, and its name is not stated"
                                            : "the service has neither image nor build")
                            .withLocation(build.at()));
        }
        words("Entrypoint", "entrypoint");
        words("Cmd", "command");
        request.assignments("", "Labels", "labels");
    }

    private void words(String member, String key) {
        service.get(key).ifPresent(item -> {
            if (item instanceof Text text) {
                List<JsonValue> words = new ArrayList<>();
                ShellWords.split(shown(text)).forEach(word -> words.add(new JsonString(word)));
                request.putTop(member, new JsonArray(words), item);
                return;
            }
            List<JsonValue> words = new ArrayList<>();
            for (Item element : service.elements(key)) {
                request.place(pointer(member, Integer.toString(words.size())), element.at());
                words.add(new JsonString(element instanceof Text text ? shown(text) : ""));
            }
            request.putTop(member, new JsonArray(words), item);
        });
    }

    private void environment() {
        Map<String, EnvironmentFile.Variable> fromFiles = environment.fromFiles(name);
        Item stated =
                service.get("environment").map(Merger::assignments).orElse(new Members(service.origin(), Map.of()));
        if (!(stated instanceof Members own)) {
            request.gap(
                    "", "Env", stated, request.unreadable(stated, "environment", "a mapping or a list of NAME=VALUE"));
            return;
        }
        List<JsonValue> all = new ArrayList<>();
        fromFiles.forEach((key, variable) -> {
            if (!own.members().containsKey(key)) {
                request.place(pointer("Env", Integer.toString(all.size())), variable.at());
                all.add(new JsonString(
                        key + "=" + variable.value().replace(String.valueOf(Interpolator.UNSET), "${UNKNOWN}")));
            }
        });
        own.members().forEach((key, value) -> {
            request.place(pointer("Env", Integer.toString(all.size())), value.at());
            boolean isNull = value instanceof Text text && text.isNull();
            // The caller's value of a variable is no literal of the file.
            all.add(new JsonString(
                    isNull ? key + "=${" + key + "}" : key + "=" + (value instanceof Text text ? shown(text) : "")));
        });
        request.putTop(
                "Env",
                new JsonArray(all),
                service.get("environment").or(() -> service.get("env_file")).orElse(service));
    }

    private void healthcheck() {
        Optional<Members> stated = service.mapping("healthcheck");
        if (stated.isEmpty()) {
            return;
        }
        Members check = stated.get();
        List<JsonValue> test = new ArrayList<>();
        boolean isDisabled = check.text("disable").map(Values::isTrue).orElse(false);
        Optional<Item> command = check.get("test");
        if (isDisabled) {
            test.add(new JsonString("NONE"));
        } else if (command.isPresent() && command.get() instanceof Text text) {
            test.add(new JsonString("CMD-SHELL"));
            test.add(new JsonString(shown(text)));
        } else if (command.isPresent() && command.get() instanceof Items items) {
            items.elements().forEach(word -> test.add(new JsonString(word instanceof Text text ? shown(text) : "")));
        }
        if (!test.isEmpty()) {
            request.putTop("Healthcheck", object("Test", new JsonArray(test)), check);
        }
    }
}
