package dev.tidegate.check;

import dev.tidegate.model.Input;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a check is, for engine, references and {@code explain}.
 *
 * @param id its name in policies, texts and metrics, in camel case
 * @param title a few words
 * @param about what it demands, why, and how to satisfy it: a paragraph each
 * @param inputs the parts of a pod that it reads, {@link Input#EXEMPTION_BASIS} always among them
 * @param gatesImages whether an image that it finds wrong gets no further check: it may not be used
 *     here at all, and nothing about its signatures or vulnerabilities is told
 */
public record CheckDescriptor(
    String id, String title, List<String> about, Set<Input> inputs, boolean gatesImages) {
  public CheckDescriptor {
    Objects.requireNonNull(id);
    Objects.requireNonNull(title);
    about = List.copyOf(about);
    EnumSet<Input> all = EnumSet.of(Input.EXEMPTION_BASIS);
    all.addAll(inputs);
    inputs = Set.copyOf(all);
  }
}
