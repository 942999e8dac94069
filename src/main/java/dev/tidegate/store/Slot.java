package dev.tidegate.store;

import dev.tidegate.evidence.EvidenceKey;

/**
 * Where an answer is kept: the question, and by which way it was asked. What was learnt by one way
 * (host, credential) never answers by another.
 */
record Slot(EvidenceKey<?> key, String access) {}
