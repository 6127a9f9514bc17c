package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.hardening.seccomp.SyscallRule.Argument;
import dev.tallyclerk.hardening.seccomp.SyscallRule.Condition;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.internal.subject.Members;
import dev.tallyclerk.internal.text.TextMaps;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the parts of a profile. */
final class ProfileReader {
    static final MemberNames MEMBERS = MemberNames.of(
            "defaultAction",
            "defaultErrnoRet",
            "architectures",
            "archMap",
            "syscalls",
            "flags",
            "listenerPath",
            "listenerMetadata");

    private static final MemberNames ELEMENT =
            MemberNames.of("name", "names", "action", "errnoRet", "args", "comment", "includes", "excludes");
    private static final MemberNames ARGUMENT = MemberNames.of("index", "value", "valueTwo", "op");
    private static final MemberNames CONDITION = MemberNames.of("caps", "arches", "minKernel");

    private static final Set<String> ACTIONS = Words.set("""
            SCMP_ACT_ALLOW SCMP_ACT_ERRNO SCMP_ACT_KILL SCMP_ACT_KILL_PROCESS SCMP_ACT_KILL_THREAD SCMP_ACT_LOG
            SCMP_ACT_NOTIFY SCMP_ACT_TRACE SCMP_ACT_TRAP
            """);

    private static final int MAX_ARGUMENTS = 6;

    private ProfileReader() {}

    static List<SyscallRule> syscalls(JsonCursor at) throws JsonException {
        return Members.each(at.elements(), ProfileReader::syscall);
    }

    private static SyscallRule syscall(JsonCursor at) throws JsonException {
        at.refuseCaseVariants(ELEMENT);
        List<String> names = new ArrayList<>();
        if (at.optional("name").isPresent()) {
            names.add(at.required("name").string());
        }
        if (at.optional("names").isPresent()) {
            names.addAll(at.required("names").strings());
        }
        Optional<JsonCursor> errno = at.optional("errnoRet");
        return new SyscallRule(
                names,
                action(at.required("action")),
                errno.isPresent() ? errno.get().integer(0, Integer.MAX_VALUE) : null,
                arguments(at.optional("args")),
                condition(at.optional("includes")),
                condition(at.optional("excludes")));
    }

    /** Reads an action; runtimes refuse a profile with an unknown one. */
    static String action(JsonCursor at) throws JsonException {
        String action = at.string();
        if (!ACTIONS.contains(action)) {
            throw at.badValue("is not a seccomp action");
        }
        return action;
    }

    private static List<Argument> arguments(Optional<JsonCursor> at) throws JsonException {
        return Members.each(at.isPresent() ? at.get().elements() : List.of(), element -> {
            element.refuseCaseVariants(ARGUMENT);
            return new Argument(
                    element.required("index").integer(0, MAX_ARGUMENTS - 1L),
                    unsigned(element.optional("value")),
                    unsigned(element.optional("valueTwo")),
                    element.required("op").string());
        });
    }

    /** Arguments are unsigned 64-bit integers; an absent one is 0. */
    private static long unsigned(Optional<JsonCursor> at) throws JsonException {
        if (at.isEmpty()) {
            return 0;
        }
        if (at.get().value() instanceof JsonNumber number && number.text().matches("[0-9]{1,20}")) {
            try {
                return Long.parseUnsignedLong(number.text());
            } catch (NumberFormatException e) {
                throw at.get().badValue("has more than 64 bits");
            }
        }
        throw at.get().badValue("must be an unsigned integer");
    }

    private static Condition condition(Optional<JsonCursor> at) throws JsonException {
        if (at.isEmpty()) {
            return Condition.NONE;
        }
        JsonCursor condition = at.get();
        condition.refuseCaseVariants(CONDITION);
        Optional<JsonCursor> kernel = condition.optional("minKernel");
        return new Condition(
                condition.strings("caps"),
                condition.strings("arches"),
                kernel.isPresent() ? kernel.get().string() : null);
    }

    /** Reads the architectures. The OCI format does not group them, so each is related to all others. */
    static Map<String, List<String>> architectures(JsonCursor root) throws JsonException {
        Map<String, List<String>> architectures = new LinkedHashMap<>();
        List<String> flat = root.strings("architectures");
        flat.forEach(architecture -> architectures.put(architecture, flat));
        Optional<JsonCursor> map = root.optional("archMap");
        if (map.isPresent()) {
            for (JsonCursor element : map.get().elements()) {
                architectures.put(element.required("architecture").string(), element.strings("subArchitectures"));
            }
        }
        return TextMaps.copyOf(architectures);
    }
}
