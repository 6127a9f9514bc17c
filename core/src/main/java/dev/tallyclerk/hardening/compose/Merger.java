package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.compose.Item.Items;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Merges a value into one that came before, as the Compose specification says (section Merge and override).
 *
 * <p>Mappings are merged and sequences appended; some fields are replaced, and in others what has the same key is
 * replaced. Which, depends on the path, in which a star stands for any name.
 */
final class Merger {
    /** Fields whose later value replaces the whole. */
    private static final Set<String> REPLACED =
            Words.set("services.*.command services.*.entrypoint services.*.healthcheck.test services.*.ulimits.*");

    /** Fields that are a mapping or a sequence of {@code NAME=VALUE}. */
    private static final Set<String> ASSIGNMENTS = Words.set("""
            services.*.annotations services.*.build.args services.*.build.additional_contexts services.*.build.labels
            services.*.deploy.labels services.*.environment services.*.labels services.*.sysctls
            networks.*.labels volumes.*.labels secrets.*.labels configs.*.labels
            services.*.networks.*.driver_opts
            """);

    /** Fields that are a text or a sequence of texts, each of which counts once. */
    private static final Set<String> SETS = Words.set("""
            services.*.cap_add services.*.cap_drop services.*.dns services.*.dns_opt services.*.dns_search
            services.*.links services.*.profiles services.*.tmpfs services.*.build.tags services.*.build.platforms
            services.*.networks.*.aliases services.*.networks.*.link_local_ips services.*.expose
            """);

    /** Fields that are a sequence or a mapping by the same names. */
    private static final Set<String> NAMES = Words.set("services.*.depends_on services.*.networks");

    private static final Map<String, Function<Item, String>> KEYS = Map.of(
            "services.*.volumes", item -> ShortForms.volume(item).target(),
            "services.*.devices", item -> ShortForms.device(item).target(),
            "services.*.secrets", item -> ShortForms.fileKey(item, "/run/secrets/"),
            "services.*.configs", item -> ShortForms.fileKey(item, "/"),
            "services.*.env_file", ShortForms::path);

    private Merger() {}

    /** {@return the merged value; without the tags of Compose if both are} */
    static Members merge(Members before, Members after) throws MalformedSubjectException {
        return (Members) merge(before, after, List.of());
    }

    /** {@return a service with what it extends} */
    static Members extend(Members base, Members service) throws MalformedSubjectException {
        return (Members) merge(base, service, List.of("services", "*"));
    }

    private static Item merge(Item before, Item after, List<String> path) throws MalformedSubjectException {
        if (after instanceof Item.Overriding override) {
            return Item.plain(override.value()).orElse(before);
        }
        if (after instanceof Text text && text.isNull()) {
            return before;
        }
        String field = String.join(".", path);
        if (REPLACED.contains(field) || (before instanceof Text text && text.isNull())) {
            return Item.plain(after).orElse(before);
        }
        if (ASSIGNMENTS.contains(field)) {
            return assigned(assignments(before), assignments(after), field);
        }
        if (NAMES.contains(field)) {
            return mappings(named(before), named(after), path);
        }
        if (field.equals("services.*.build")) {
            return mappings(build(before), build(after), path);
        }
        if (field.equals("services.*.logging")) {
            return logging(before, after, path);
        }
        if (SETS.contains(field)) {
            return unique(joined(before, after), Item::textOf);
        }
        Function<Item, String> key = KEYS.get(field);
        if (key != null) {
            return unique(joined(before, after), key);
        }
        if (before instanceof Members one && after instanceof Members other) {
            return mappings(one, other, path);
        }
        if (before instanceof Items && after instanceof Items) {
            return joined(before, after);
        }
        if (before instanceof Text && after instanceof Text) {
            return after;
        }
        if (field.equals("services.*.extra_hosts") || field.equals("services.*.build.extra_hosts")) {
            return joined(before, after);
        }
        throw new MalformedSubjectException(
                Reason.WRONG_TYPE,
                after.at(),
                field + " is of another type than before, at " + before.at() + ", so that they cannot be merged");
    }

    private static Item mappings(Item before, Item after, List<String> path) throws MalformedSubjectException {
        if (!(before instanceof Members one) || !(after instanceof Members other)) {
            throw new MalformedSubjectException(
                    Reason.WRONG_TYPE, after.at(), String.join(".", path) + " is not a mapping, or was none before");
        }
        Map<String, Item> merged = new LinkedHashMap<>(one.members());
        for (Map.Entry<String, Item> member : other.members().entrySet()) {
            String name = member.getKey();
            Item earlier = merged.get(name);
            if (member.getValue() instanceof Item.Reset) {
                merged.remove(name);
            } else if (earlier == null) {
                Item.plain(member.getValue()).ifPresent(value -> merged.put(name, value));
            } else {
                List<String> below = new ArrayList<>(path);
                below.add(isAnyName(path) ? "*" : name);
                merged.put(name, merge(earlier, member.getValue(), below));
            }
        }
        return new Members(other.origin(), merged);
    }

    /** A name without value replaces an earlier value too: it takes the caller's. */
    private static Item assigned(Item before, Item after, String field) throws MalformedSubjectException {
        if (!(before instanceof Members one) || !(after instanceof Members other)) {
            throw new MalformedSubjectException(
                    Reason.WRONG_TYPE, after.at(), field + " is neither a mapping nor a list of NAME=VALUE");
        }
        Map<String, Item> merged = new LinkedHashMap<>(one.members());
        other.members()
                .forEach((name, value) ->
                        Item.plain(value).ifPresentOrElse(plain -> merged.put(name, plain), () -> merged.remove(name)));
        return new Members(other.origin(), merged);
    }

    private static boolean isAnyName(List<String> path) {
        return path.size() == 1
                || (path.size() == 3
                        && (path.get(2).equals("ulimits") || path.get(2).equals("networks")));
    }

    /** Values below are those of one logging driver. */
    private static Item logging(Item before, Item after, List<String> path) throws MalformedSubjectException {
        if (before instanceof Members one && after instanceof Members other) {
            String driver = one.text("driver").map(Text::text).orElse("");
            String otherDriver = other.text("driver").map(Text::text).orElse("");
            if (!driver.isEmpty() && !otherDriver.isEmpty() && !driver.equals(otherDriver)) {
                return Item.plain(after).orElse(before);
            }
        }
        return mappings(before, after, path);
    }

    private static Item build(Item build) {
        return build instanceof Text text ? new Members(text.origin(), Map.of("context", text)) : build;
    }

    private static Items joined(Item before, Item after) {
        List<Item> elements = new ArrayList<>(elements(before));
        elements.addAll(elements(after));
        return new Items(after.origin(), elements);
    }

    private static List<Item> elements(Item item) {
        if (item instanceof Items items) {
            return items.elements();
        }
        if (item instanceof Members members) {
            List<Item> assigned = new ArrayList<>();
            members.members()
                    .forEach((name, value) ->
                            assigned.add(value instanceof Text text ? text.with(name + "=" + text.text()) : value));
            return assigned;
        }
        return List.of(item);
    }

    /** The last of equal ones counts, at the place of the first. */
    static Items unique(Items items, Function<Item, String> key) {
        Map<String, Item> byKey = new LinkedHashMap<>();
        for (Item item : items.elements()) {
            byKey.put(key.apply(item), item);
        }
        return new Items(items.origin(), new ArrayList<>(byKey.values()));
    }

    /** {@return the model in which of equal elements of a service's sequences only the last counts} */
    static Members unique(Members model) {
        Optional<Members> services = model.mapping("services");
        if (services.isEmpty()) {
            return model;
        }
        Map<String, Item> all = new LinkedHashMap<>(services.get().members());
        all.replaceAll((name, service) -> service instanceof Members members ? uniqueFields(members) : service);
        return model.with("services", new Members(services.get().origin(), all));
    }

    private static Members uniqueFields(Members service) {
        Map<String, Item> fields = new LinkedHashMap<>(service.members());
        fields.replaceAll((name, value) -> {
            String field = "services.*." + name;
            Function<Item, String> key = SETS.contains(field) ? Item::textOf : KEYS.get(field);
            return key != null && value instanceof Items items ? unique(items, key) : value;
        });
        return new Members(service.origin(), fields);
    }

    /** {@return a sequence of {@code NAME=VALUE} as a mapping; one that is a mapping already stays} */
    static Item assignments(Item item) {
        if (!(item instanceof Items items)) {
            return item;
        }
        Map<String, Item> members = new LinkedHashMap<>();
        for (Item element : items.elements()) {
            if (!(element instanceof Text text)) {
                return item;
            }
            int equals = text.text().indexOf('=');
            String name = equals < 0 ? text.text() : text.text().substring(0, equals);
            members.put(name, equals < 0 ? withoutValue(text) : text.value());
        }
        return new Members(items.origin(), members);
    }

    /** A name alone takes the value of the caller. */
    private static Text withoutValue(Text text) {
        return new Text(text.origin(), DocumentValue.Type.NULL, text.raw(), Interpolator.Result.literal(""));
    }

    /** {@return a sequence of names as a mapping to nothing; one that is a mapping already stays} */
    static Item named(Item item) {
        if (!(item instanceof Items items)) {
            return item;
        }
        Map<String, Item> members = new LinkedHashMap<>();
        for (Item element : items.elements()) {
            if (element instanceof Text text) {
                members.put(text.text(), withoutValue(text));
            }
        }
        return new Members(items.origin(), members);
    }
}
