package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.MissingValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a translation needs besides the model. */
interface ProjectEnvironment {
    /** {@return the variables that files give to a service} */
    Map<String, EnvironmentFile.Variable> fromFiles(String service);

    /** {@return why values that a service does not state are not known} */
    List<MissingValue> open(String service);

    /** {@return the folder that relative paths of a value start from} */
    String folderOf(Item item);

    /** {@return a variable of the caller} */
    Optional<String> variable(String name);

    /** {@return the name of the project} */
    String project();
}
