package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.compose.Item.Items;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.internal.document.MadeDocument;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonArray;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNull;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A merged service as the document that the conditions of a policy look into. */
final class ServiceDocument {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?");

    private ServiceDocument() {}

    /** {@return the values; those with an unknown variable are of no type} */
    static JsonValue of(Item item) {
        if (item instanceof Members members) {
            Map<String, JsonValue> all = new LinkedHashMap<>();
            members.members().forEach((name, value) -> all.put(name, of(value)));
            return new JsonObject(all);
        }
        if (item instanceof Items items) {
            List<JsonValue> all = new ArrayList<>();
            items.elements().forEach(element -> all.add(of(element)));
            return new JsonArray(all);
        }
        return item instanceof Text text ? scalar(text) : MadeDocument.UNKNOWN;
    }

    private static JsonValue scalar(Text text) {
        if (text.isUnset()) {
            return MadeDocument.UNKNOWN;
        }
        Optional<Boolean> truth = Values.truth(text);
        return switch (text.type()) {
            case NULL -> JsonNull.INSTANCE;
            case BOOLEAN -> truth.<JsonValue>map(JsonBoolean::new).orElse(MadeDocument.UNKNOWN);
            case NUMBER ->
                NUMBER.matcher(text.text()).matches() ? new JsonNumber(text.text()) : new JsonString(text.text());
            default -> new JsonString(text.text());
        };
    }

    /** {@return where the value at a pointer was written, or would be} */
    static Location place(Members service, String pointer) {
        Item at = service;
        List<String> steps = steps(pointer);
        for (int i = 0; i < steps.size(); i++) {
            Optional<Item> next = below(at, steps.get(i));
            if (next.isEmpty()) {
                return at.at().child(steps.subList(i, steps.size()).toArray(String[]::new));
            }
            at = next.get();
        }
        return at.at();
    }

    /** {@return that a variable is not known, if the value at a pointer, or one around it, has one} */
    static Optional<MissingValue> unset(Members service, String pointer) {
        Item at = service;
        for (String step : steps(pointer)) {
            Optional<Item> next = below(at, step);
            if (next.isEmpty()) {
                break;
            }
            at = next.get();
        }
        return at instanceof Text text && text.isUnset()
                ? Optional.of(ServiceRequest.unset(text, String.join(".", steps(pointer))))
                : Optional.empty();
    }

    private static Optional<Item> below(Item item, String step) {
        if (item instanceof Members members) {
            return Optional.ofNullable(members.members().get(step));
        }
        boolean isIndex = item instanceof Items && step.matches("[0-9]{1,9}");
        if (!isIndex || !(item instanceof Items items)) {
            return Optional.empty();
        }
        int index = Integer.parseInt(step);
        return index < items.elements().size() ? Optional.of(items.elements().get(index)) : Optional.empty();
    }

    private static List<String> steps(String pointer) {
        List<String> steps = new ArrayList<>();
        for (String step :
                pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        return steps;
    }
}
