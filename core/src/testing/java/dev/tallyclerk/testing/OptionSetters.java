package dev.tallyclerk.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls every {@code withX} of a record of options: each changes what it is named after, and nothing else. */
public final class OptionSetters {
    private OptionSetters() {}

    /**
     * {@return the components that no setter changes}
     *
     * @param before any options
     * @param others other values than those of {@code before} for parameters that are no numbers, times or choices
     */
    public static Set<String> checkAllOf(Record before, Object... others) {
        Set<String> unchanged = new LinkedHashSet<>(values(before).keySet());
        for (Method setter : before.getClass().getMethods()) {
            if (setter.getName().startsWith("with")) {
                Object[] arguments = arguments(setter, before, others);
                unchanged.removeAll(
                        check(setter, before, arguments, invoke(setter, before, arguments)));
            }
        }
        return unchanged;
    }

    /** {@return the components that the setter has changed} */
    private static List<String> check(Method setter, Record before, Object[] arguments, Object after) {
        Map<String, Object> old = values(before);
        Map<String, Object> changed = values(after);
        changed.entrySet().removeIf(value -> value.getValue().equals(old.get(value.getKey())));
        String message = setter.getName() + Arrays.toString(arguments) + " changes " + changed;
        assertEquals(arguments.length, changed.size(), message);
        String named = componentOf(setter);
        assertTrue(!old.containsKey(named) || changed.keySet().equals(Set.of(named)), message);
        if (arguments.length > 1 || old.containsKey(named)) {
            // In the order of the components, so that two of a type are not taken for each other.
            assertEquals(List.of(arguments), List.copyOf(changed.values()), message);
        }
        return List.copyOf(changed.keySet());
    }

    private static String componentOf(Method setter) {
        String name = setter.getName().substring("with".length());
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    /** Each other than all that there is, so that none is changed into itself. */
    private static Object[] arguments(Method setter, Record before, Object... others) {
        List<Object> taken = new ArrayList<>(values(before).values());
        List<Object> arguments = new ArrayList<>();
        for (Class<?> type : setter.getParameterTypes()) {
            Object argument = other(type, values(before).get(componentOf(setter)), taken, others);
            taken.add(argument);
            arguments.add(argument);
        }
        return arguments.toArray();
    }

    private static Object other(Class<?> type, @Nullable Object now, List<Object> taken, Object... others) {
        if (type == boolean.class) {
            return Boolean.FALSE.equals(now);
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> constant != now)
                    .findFirst()
                    .orElseThrow();
        }
        for (Object other : others) {
            if (type.isInstance(other)) {
                return other;
            }
        }
        // Small, because a limit may have one itself.
        for (int number = 11; ; number++) {
            Object value = type == int.class
                    ? (Object) number
                    : type == long.class
                            ? (Object) (long) number
                            : type == Duration.class ? Duration.ofSeconds(number) : null;
            if (value == null) {
                throw new IllegalArgumentException("a value of " + type + " is needed");
            }
            if (!taken.contains(value)) {
                return value;
            }
        }
    }

    private static Map<String, Object> values(Object options) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : options.getClass().getRecordComponents()) {
            values.put(component.getName(), invoke(component.getAccessor(), options));
        }
        return values;
    }

    private static Object invoke(Method method, Object target, Object... arguments) {
        try {
            return Objects.requireNonNull(method.invoke(target, arguments), method.getName());
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError(method + " with " + Arrays.toString(arguments), e);
        }
    }
}
