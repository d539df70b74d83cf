// SPDX-License-Identifier: MIT
#include "resolver/source/fault.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/chance.h"
#include "config/config.h"
#include "config/digest.h"
#include "config/fault.h"

struct faults {
	const struct config *config;
	uint64_t seed;
	_Atomic uint64_t met[];  // of each fault: the lookups that it was for
};

static uint64_t count_so_far(const struct faults *older, const struct fault *fault, size_t place)
{
	const struct config *config = older->config;
	for (size_t i = 0; i < config->fault_count; i++) {
		// Of lines that are the same each has its own count.
		size_t other = (place + i) % config->fault_count;
		if (fault_equal(fault, &config->faults[other]))
			return atomic_load(&older->met[other]);
	}
	return 0;
}

struct faults *faults_open(const struct config *config, const struct faults *older)
{
	struct faults *faults = calloc(1, sizeof(*faults) + config->fault_count * sizeof(faults->met[0]));
	if (!faults)
		return NULL;
	faults->config = config;
	faults->seed = config->seed;
	if (!config->has_seed && older && !older->config->has_seed)
		faults->seed = older->seed;
	else if (!config->has_seed && config->fault_count && !chance_draw(&faults->seed, sizeof(faults->seed)))
		faults->seed = (uint64_t)(uintptr_t)faults;
	for (size_t i = 0; older && i < config->fault_count; i++)
		atomic_init(&faults->met[i], count_so_far(older, &config->faults[i], i));
	return faults;
}

void faults_close(struct faults *faults)
{
	free(faults);
}

// A process that forks for each of its jobs would see the same lots in all of them; with a seed it is meant to.
static uint64_t seed_of(const struct faults *faults)
{
	return faults->config->has_seed ? faults->seed : faults->seed ^ (uint64_t)getpid() << 32;
}

static uint64_t draw(struct faults *faults, size_t place, uint64_t name)
{
	const struct fault *fault = &faults->config->faults[place];
	uint64_t met = atomic_fetch_add(&faults->met[place], 1);
	uint64_t number = chance_next(chance_next(chance_next(seed_of(faults) ^ name) + place) + met);
	bool is_for_it = (!fault->first || met < fault->first) && number % 100 < fault->percent;
	return is_for_it ? number | UINT64_C(1) << 63 : 0;
}

static uint64_t number_of(struct faults *faults, struct fault_lots *lots, size_t place, uint64_t name)
{
	for (size_t i = 0; i < lots->count; i++)
		if (lots->list[i].name == name && lots->list[i].place == place)
			return lots->list[i].number;
	uint64_t number = draw(faults, place, name);
	if (lots->count < FAULT_LOTS_MAX)
		lots->list[lots->count++] = (struct fault_lot){ name, place, number };
	return number;
}

static bool is_for(const struct fault *fault, const struct question *question)
{
	return question->class == RRCLASS_IN && fault_matches(fault, &question->name, question->type);
}

const struct fault *faults_find(struct faults *faults, struct fault_lots *lots, const struct question *question,
                                uint64_t *number)
{
	const struct config *config = faults->config;
	uint64_t name = name_digest(&question->name, DIGEST_START);
	for (size_t i = 0; i < config->fault_count; i++) {
		if (!is_for(&config->faults[i], question))
			continue;
		*number = number_of(faults, lots, i, name);
		if (*number)
			return &config->faults[i];
	}
	return NULL;
}

const struct fault *faults_foretell(const struct faults *faults, const struct question *question,
                                    void (*see)(const struct fault *fault, bool is_certain, void *context),
                                    void *context)
{
	const struct config *config = faults->config;
	for (size_t i = 0; i < config->fault_count; i++) {
		const struct fault *fault = &config->faults[i];
		const bool is_certain = fault->percent == 100 && !fault->first;
		if (!is_for(fault, question))
			continue;
		see(fault, is_certain, context);
		if (is_certain)
			return fault;
	}
	return NULL;
}

uint32_t fault_delay(const struct fault *fault, uint64_t number)
{
	if (!(fault->actions & FAULT_DELAY))
		return 0;
	return fault->delay_least + (uint32_t)(chance_next(number) % (fault->delay_most - fault->delay_least + 1));
}

static enum outcome give_addresses(const struct fault *fault, const struct question *question, struct answer *out)
{
	struct answer answer = { .outcome = OUTCOME_NO_DATA, .source = SOURCE_FAULT };
	sa_family_t family = question->type == RRTYPE_A ? AF_INET : AF_INET6;
	for (size_t i = 0; i < fault->answer_count; i++) {
		const struct address *address = &fault->answers[i];
		if (address->family != family)
			continue;
		answer.outcome = OUTCOME_FOUND;
		if (!answer_add(&answer, &question->name, question->type, 0, address->bytes, address_length(address))) {
			answer_clear(&answer);
			answer = (struct answer){ .outcome = OUTCOME_ERROR, .error = ENOMEM, .source = SOURCE_FAULT };
			break;
		}
	}
	*out = answer;
	return out->outcome;
}

enum outcome fault_answer(const struct fault *fault, const struct question *question, struct answer *out)
{
	static const struct {
		enum fault_bit bit;
		struct answer answer;
	} failures[] = {
		{ FAULT_NXDOMAIN, { .outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN, .source = SOURCE_FAULT } },
		{ FAULT_NODATA, { .outcome = OUTCOME_NO_DATA, .source = SOURCE_FAULT } },
		{ FAULT_SERVFAIL, { .outcome = OUTCOME_TRY_AGAIN, .rcode = RCODE_SERVFAIL, .source = SOURCE_FAULT } },
		{ FAULT_REFUSED, { .outcome = OUTCOME_TRY_AGAIN, .rcode = RCODE_REFUSED, .source = SOURCE_FAULT } },
		{ FAULT_TIMEOUT, { .outcome = OUTCOME_TRY_AGAIN, .error = ETIMEDOUT } },
	};
	if (fault->actions & FAULT_ANSWER)
		return give_addresses(fault, question, out);
	for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
		if (fault->actions & failures[i].bit) {
			*out = failures[i].answer;
			return out->outcome;
		}
	}
	return OUTCOME_PASS;
}
