import { ListPhoneNumbersV2Command } from '@aws-sdk/client-connect';
import type { Connect } from '../connect/connect.js';
import { answerTo, pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import type { Requester } from '../coordination/requester.js';
import { claimedPhoneNumberFrom, type ClaimedPhoneNumber } from './phone-number.type.js';

export class PhoneNumberService {
  constructor(private readonly connect: Connect) {}

  /** A page of the numbers an instance has claimed. */
  async list(instanceId: string, request: PageRequest, requester: Requester): Promise<Page<ClaimedPhoneNumber>> {
    const { ListPhoneNumbersSummaryList = [], NextToken } = await answerTo(
      request,
      this.connect.send(
        new ListPhoneNumbersV2Command({ InstanceId: instanceId, MaxResults: request.first, NextToken: request.after }),
        requester,
      ),
    );
    const items = ListPhoneNumbersSummaryList.flatMap((row) => claimedPhoneNumberFrom(instanceId, row) ?? []);
    return pageFrom(request, { items, nextToken: NextToken });
  }
}
